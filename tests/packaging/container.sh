# shellcheck shell=bash
# A real systemd in a container, sourced by the tests beside it. No machined, no systemd on the host:
# an overlay over a small Debian that is made once and kept, namespaces, and a cgroup of our own.
#
#   container_need               skips where this machine cannot do it
#   container_new DEB            prepares one with the packages that DEB depends on, and DEB in /root
#   container_boot               boots it, and waits until it is up
#   inside COMMAND...            runs a command in it
#   container_crash              kills it like a power cut; it can be booted again
#   container_free               stops it and removes every trace; for a trap
#
# The Debian is kept in $NETRAL_TEST_CACHE, by default ~/.cache/netral-test.

container_name=netral-test-$$
container_dir=
container_pid=    # systemd-nspawn
container_leader= # its init, as seen from here
container_cgroups=()

container_need() {
	need systemd-nspawn mmdebstrap nsenter unshare dpkg-deb
	((EUID == 0)) || skip "booting a container takes root"
	unshare -m --propagation private true 2>/dev/null || skip "mount namespaces are not allowed here"
	local dir
	dir=$(mktemp -d)
	mkdir "$dir"/{low,up,wk,m}
	if ! unshare -m --propagation private bash -c "mount -t tmpfs none '$dir/up' &&
		mkdir '$dir'/up/{u,w} && mount -t overlay none \
		-o 'lowerdir=$dir/low,upperdir=$dir/up/u,workdir=$dir/up/w' '$dir/m'" 2>/dev/null; then
		rm -rf "$dir"
		skip "overlay mounts are not allowed here"
	fi
	rm -rf "$dir"
	# The container gets version 2 of the cgroups. Where the host mixes versions it is in "unified".
	if [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]]; then
		container_cgroups=("/sys/fs/cgroup/$container_name")
	elif [[ -d /sys/fs/cgroup/unified ]]; then
		container_cgroups=("/sys/fs/cgroup/unified/$container_name")
		[[ ! -d /sys/fs/cgroup/systemd ]] || container_cgroups+=("/sys/fs/cgroup/systemd/$container_name")
	else
		skip "this machine has no version 2 of the cgroups"
	fi
	mkdir "${container_cgroups[0]}" 2>/dev/null || skip "cgroups cannot be made here"
	rmdir "${container_cgroups[0]}"
}

# container_base DEB: prints the folder of a Debian with all that DEB depends on; makes it when it
# is not there.
container_base() {
	local deb=$1 packages suite cache base
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	# The first of each alternative, without versions.
	packages=$(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' | sort -u)
	packages="$packages systemd systemd-sysv dbus"
	cache=${NETRAL_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/netral-test}
	mkdir -p "$cache"
	base=$cache/$suite-$(echo "$suite $packages" | md5sum | cut -c1-12)
	(
		flock 9
		[[ ! -d $base ]] || exit 0
		rm -rf "$base.new" "$cache"/*-????????????
		# shellcheck disable=SC2086 # a list of words
		mmdebstrap --quiet --variant=minbase --include="$(echo $packages | tr ' ' ,)" "$suite" \
			"$base.new" >"$cache/mmdebstrap.log" 2>&1 || {
			rm -rf "$base.new"
			exit 1
		}
		# What a machine gets at its first boot.
		: >"$base.new/etc/machine-id"
		rm -f "$base.new/etc/resolv.conf"
		mv "$base.new" "$base"
	) 9>"$cache/lock" || skip "no Debian to boot, its packages could not be fetched: $(grep -m 1 '^E:' "$cache/mmdebstrap.log")"
	echo "$base"
}

container_new() {
	local deb=$1 base
	base=$(container_base "$deb") || {
		echo "$base"
		exit 77
	}
	container_dir=$(mktemp -d)
	mkdir "$container_dir"/{rw,root}
	mount -t tmpfs -o size=1g "$container_name" "$container_dir/rw"
	mkdir "$container_dir"/rw/{up,wk}
	mount -t overlay "$container_name" \
		-o "lowerdir=$base,upperdir=$container_dir/rw/up,workdir=$container_dir/rw/wk" \
		"$container_dir/root"
	cp "$deb" "$container_dir/root/root/netral.deb"
}

inside() {
	nsenter -t "$container_leader" -m -u -i -n -p -C --root --wdns=/ \
		/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
}

# until_true SECONDS COMMAND...: polls until the command succeeds; fails after that time.
until_true() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}

container_find_leader() {
	local pid children
	read -ra children <"/proc/$container_pid/task/$container_pid/children"
	for pid in "${children[@]}"; do
		if [[ $(cat "/proc/$pid/comm") == systemd ]]; then
			container_leader=$pid
			return 0
		fi
	done
	return 1
}

# Degraded will do: what matters of it is asked for by name.
container_is_up() {
	[[ $(inside systemctl is-system-running) =~ running|degraded ]]
}

container_boot() {
	(
		for cgroup in "${container_cgroups[@]}"; do
			mkdir -p "$cgroup"
			echo "$BASHPID" >"$cgroup/cgroup.procs"
		done
		# shellcheck disable=SC2016 # expanded by the inner shell
		exec unshare -m --propagation private bash -c '
			if [[ $(stat -f -c %T /sys/fs/cgroup) != cgroup2fs ]]; then
				umount -R /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
			fi
			exec "$@"' boot \
			systemd-nspawn --quiet --register=no --keep-unit --directory="$container_dir/root" \
			--machine="$container_name" --link-journal=no --resolv-conf=off --timezone=off \
			--system-call-filter=bpf --capability=CAP_BPF,CAP_NET_ADMIN --private-network \
			--boot --console=pipe </dev/null >>"$container_dir/console" 2>&1
	) &
	container_pid=$!
	container_leader=
	if ! until_true 30 container_find_leader || ! until_true 60 container_is_up; then
		tail -n 20 "$container_dir/console" >&2
		fail "the container did not boot"
	fi
}

container_crash() {
	local leader=$container_leader
	[[ -z $leader ]] || kill -9 "$leader" 2>/dev/null || true
	[[ -z $container_pid ]] || wait "$container_pid" 2>/dev/null || true
	container_pid='' container_leader=''
}

container_cgroup_gone() {
	[[ ! -d $1 ]] || find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
}

container_free() {
	local cgroup
	if [[ -n $container_pid && -z $container_leader ]]; then
		kill -9 "$container_pid" 2>/dev/null || true
	fi
	container_crash
	if [[ -n $container_dir ]]; then
		umount "$container_dir/root" 2>/dev/null || umount -l "$container_dir/root" 2>/dev/null || true
		umount "$container_dir/rw" 2>/dev/null || umount -l "$container_dir/rw" 2>/dev/null || true
		rm -rf "$container_dir"
		container_dir=
	fi
	for cgroup in "${container_cgroups[@]}"; do
		until_true 10 container_cgroup_gone "$cgroup" || echo "cannot remove $cgroup" >&2
	done
}
