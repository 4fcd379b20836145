#!/bin/sh
# Becomes ctscope on the Node that came with it: same pid, so a signal reaches the program.
set -eu
# Run as root, it must not run what the PATH of a user points to. The program, and the command of `ctscope run`, get the
# PATH that was given.
given=${PATH-}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
@CLEAN_ENV@
self=$(readlink -f -- "$0")
lib=${self%/bin/*}/lib/ctscope
# The copy of its names that an upgrade leaves alone; without it (unpacked by hand, not configured yet) the package's own.
home=$lib/run/@ID@
[ -x "$home/bin/node" ] || home=$lib/@ID@
PATH=$given
exec "$home/bin/node" @NODE_FLAGS@ "$home/dist/cli.js" "$@"
