#!/bin/sh
set -eu
# DPKG_ROOT: dpkg --root has the system elsewhere.
lib=${DPKG_ROOT-}/usr/lib/ctscope
leases=${DPKG_ROOT-}/run/ctscope/leases
@IN_USE@
case ${1-} in
configure)
	# Second names for the same files: the next upgrade takes away the package's own, while sessions of this version, their
	# guards and the timers behind those still load and start files by their names.
	if [ ! -e "$lib/run/@ID@" ]; then
		mkdir -p "$lib/run"
		rm -rf "$lib/run/.new"
		if cp -al "$lib/@ID@" "$lib/run/.new" 2>/dev/null || cp -a "$lib/@ID@" "$lib/run/.new"; then
			mv -T "$lib/run/.new" "$lib/run/@ID@"
		else
			# The package's own names work too.
			rm -rf "$lib/run/.new"
		fi
	fi
	for old in "$lib"/run/*; do
		[ "$old" = "$lib/run/@ID@" ] || in_use "$old" || rm -rf "$old"
	done
	;;
esac
