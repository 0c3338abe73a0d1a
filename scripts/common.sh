# shellcheck shell=bash
# Sourced by the scripts beside it: where we are, and quiet builds.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# ccache makes the second build cheap where it is installed.
if command -v ccache >/dev/null; then
	export CMAKE_C_COMPILER_LAUNCHER=ccache
fi

# build PRESET [TARGET...]: configures and builds into build/PRESET. One line of progress on a terminal,
# nothing elsewhere; on failure the end of what the tools said.
build() {
	local preset=$1
	shift
	local targets=()
	(($# == 0)) || targets=(--target "$@")
	local log=$top/build/$preset.log
	mkdir -p "$top/build"
	if ! (cd "$top" && cmake --preset "$preset") >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		return 1
	fi
	if [[ -t 2 ]]; then
		# Ninja keeps to one line on a terminal, and prints what failed.
		(cd "$top" && NINJA_STATUS="building $preset [%f/%t] " cmake --build --preset "$preset" "${targets[@]}") >&2
	elif ! (cd "$top" && cmake --build --preset "$preset" "${targets[@]}") >>"$log" 2>&1; then
		tail -n 40 "$log" >&2
		return 1
	fi
}
