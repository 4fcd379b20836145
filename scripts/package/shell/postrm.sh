#!/bin/sh
set -eu
case ${1-} in
remove | purge)
	# Compiled code that Node keeps beside the program, and second names that someone has made since.
	rm -rf "${DPKG_ROOT-}/usr/lib/ctscope"
	;;
esac
