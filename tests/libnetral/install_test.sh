#!/usr/bin/env bash
# libnetral as it is installed: what it shows, that its header stands alone, and that an example is
# built with nothing but what pkg-config says, against the shared library and the archive.
#   install_test.sh BUILD SOURCE PREFIX LIBDIR
set -euo pipefail
build=$1 source=$2 prefix=$3 libdir=$4

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
for component in libnetral libnetral-dev; do
	DESTDIR=$root cmake --install "$build" --component "$component" >/dev/null
done
lib=$root$prefix/$libdir include=$root$prefix/include

# Nothing but what the header declares, and all of that.
declared() { grep -oE '\bnetral_[a-z_]+\(' "$include/netral.h" | tr -d '(' | sort -u |
	grep -vxE 'netral_free'; }
shown() { nm -D --defined-only "$lib/libnetral.so.0" | sed -n 's/.* T \(.*\)@@NETRAL_0\.1$/\1/p' | sort; }
diff <(declared) <(shown) || fail "the shared library does not show what the header declares"
others=$(nm -D --defined-only "$lib/libnetral.so.0" | grep -v '@@NETRAL_0\.1$' | grep -v ' A NETRAL_0\.1$' || true)
[[ -z $others ]] || fail "the shared library shows $others"
archived() { nm -g --defined-only "$lib/libnetral.a" | awk 'NF == 3 { print $3 }' | sort; }
diff <(declared) <(archived) || fail "the archive does not show what the header declares"
missing=$(ldd -r "$lib/libnetral.so.0" 2>&1 | grep 'undefined symbol' || true)
[[ -z $missing ]] || fail "the shared library needs $missing"
[[ $(readelf -d "$lib/libnetral.so") == *"soname: [libnetral.so.0]"* ]] || fail "soname"

# The header alone, in C99 and in C++.
echo '#include <netral.h>' >"$root/alone.c"
cc -std=c99 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I"$include" "$root/alone.c"
if command -v clang >/dev/null; then
	clang -x c++ -std=c++11 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I"$include" "$root/alone.c"
fi

# As a program outside would be built.
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=$lib/pkgconfig
read -ra flags <<<"$(pkg-config --cflags --libs netral)"
for example in watch poll query; do
	cc -std=gnu99 "$source/examples/c/$example.c" "${flags[@]}" -o "$root/$example"
done
said=$(LD_LIBRARY_PATH=$lib "$root/watch" 2>&1 || true)
[[ $said == Usage* ]] || fail "an example does not run: $said"
[[ $(ldd "$root/watch") == *libnetral.so.0* ]] || fail "an example is not linked with libnetral.so.0"

# With the archive: its own names are in the way of none of the program's.
cat >"$root/static.c" <<'EOF'
#include <netral.h>
int buf_append(void);
int buf_append(void) { return 7; }
int main(void)
{
	struct netral_options options = {0};
	struct netral_subscriber *s;
	options.size = sizeof(options);
	options.runtime_dir = "/nowhere";
	if (netral_subscribe(&options, &s) < 0 || buf_append() != 7)
		return 1;
	netral_unsubscribe(s);
	return 0;
}
EOF
read -ra cflags <<<"$(pkg-config --cflags netral)"
# What it names as its own needs must be enough. Not --static: that of Debian's libzmq names archives
# which Debian does not have.
mapfile -t needs < <(pkg-config --print-requires-private netral | awk '{ print $1 }')
read -ra private <<<"$(unset PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH && pkg-config --libs "${needs[@]}")"
cc "$root/static.c" "${cflags[@]}" "$lib/libnetral.a" "${private[@]}" -pthread -o "$root/static"
"$root/static" || fail "a program with the archive does not run"
[[ $(ldd "$root/static") != *libnetral* ]] || fail "a program with the archive needs the shared library"
