#!/bin/sh
set -eu
case ${1-} in
remove)
	# As long as the files are there: everything that sessions have changed goes back. An upgrade leaves them alone.
	status=0
	"${DPKG_ROOT-}/usr/bin/ctscope" revert --all --yes </dev/null || status=$?
	if [ "$status" = 4 ]; then
		echo 'ctscope: an undo failed, so the program stays that tries it again: see ctscope status' >&2
		exit 1
	fi
	# The second names: dpkg removes only its own.
	rm -rf "${DPKG_ROOT-}/usr/lib/ctscope/run"
	;;
esac
