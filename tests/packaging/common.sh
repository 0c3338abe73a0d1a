# shellcheck shell=bash
# Sourced by the tests beside it.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
release=$top/build/release

# For ctest, and for scripts/test, which prints the reason.
skip() {
	echo "skip: $*"
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed; scripts/setup --test installs it"
	done
}

# The package that the test `deb` left.
find_deb() {
	local debs=("$release"/netral_*.deb)
	[[ -e ${debs[0]} ]] || fail "no package in $release: tests/packaging/deb makes it"
	((${#debs[@]} == 1)) || fail "more than one package in $release: ${debs[*]}"
	echo "${debs[0]}"
}
