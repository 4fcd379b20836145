#!/bin/sh
# ctscope @VERSION@ for Linux on @ARCH@, in one file: this script, and behind it an archive with the program and its Node.
# It unpacks that once, into a folder of the user who runs it and nobody else, and becomes the program.
# Where the file may not be run (noexec): sh FILE. docs/design-one-file.md says why it is made like this.
set -eu
given=${PATH-}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
@CLEAN_ENV@
umask 077
id=@ID@
sum=@SUM@
node_size=@NODE_SIZE@
need_kb=@NEED_KB@
leases=/run/ctscope/leases

fail() {
	printf 'ctscope: %s\n' "$1" >&2
	exit 2
}
@IN_USE@
[ "$(uname -s) $(uname -m)" = 'Linux @MACHINE@' ] ||
	fail "this file is for Linux on @MACHINE@, and this machine is $(uname -s) on $(uname -m)"
uid=$(id -u)

# A folder that nobody else can enter, and that nobody but root and this user can exchange: each one above it is theirs,
# and others may not write to it.
private() {
	[ ! -L "$1" ] && [ -d "$1" ] && [ "$(stat -c '%u %a' "$1")" = "$uid 700" ] || return 1
	above=$(cd -P -- "$1" && pwd -P) || return 1
	while [ "$above" != / ]; do
		above=${above%/*}
		above=${above:-/}
		case $(stat -c '%u %a' "$above") in
		"$uid "*[2367]? | "$uid "*?[2367] | '0 '*[2367]? | '0 '*?[2367]) return 1 ;;
		"$uid "* | '0 '*) ;;
		*) return 1 ;;
		esac
	done
}

# Unpacked here, whole, by us.
is_ready() {
	private "$1" && [ -x "$1/bin/node" ] && [ "$(stat -c %s "$1/bin/node")" = "$node_size" ] && [ -f "$1/dist/cli.js" ]
}

archive() { tail -c +@SKIP@ "$0"; }

# Into the folder of this version below $1. Whoever comes second takes what the first one has unpacked.
unpack() {
	[ -d "$1" ] || mkdir -p "$1" 2>/dev/null || return 1
	private "$1" || return 1
	[ "$(df -Pk "$1" | awk 'NR == 2 { print $4 }')" -gt "$need_kb" ] || return 1
	new=$1/.new-$$
	rm -rf "$new"
	mkdir "$new" || return 1
	# A file system may be mounted noexec (/run often is): seen before anything is written to it.
	printf '#!/bin/sh\n' >"$new/try" && chmod 700 "$new/try" && "$new/try" 2>/dev/null || {
		rm -rf "$new"
		return 1
	}
	rm "$new/try"
	archive | gzip -dc | tar -x -o -f - -C "$new" || {
		rm -rf "$new"
		return 1
	}
	# On disk before it has its name: no half of it is left there after a loss of power.
	sync "$new/bin/node" 2>/dev/null || sync
	mv -T "$new" "$1/$id" 2>/dev/null || rm -rf "$new"
	is_ready "$1/$id" || return 1
	for old in "$1"/*; do
		[ "$old" = "$1/$id" ] || in_use "$old" || rm -rf "$old"
	done
}

# Root uses root's folders, whatever HOME says: sudo may have left that of a user.
if [ "$uid" = 0 ]; then
	set -- /root/.cache/ctscope /run/ctscope-one-file -- "$@"
else
	cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}
	set -- "$cache/ctscope" "/run/user/$uid/ctscope" -- "$@"
fi

home=
for folder in "$1" "$2"; do
	if is_ready "$folder/$id"; then
		home=$folder/$id
		break
	fi
done
if [ -z "$home" ]; then
	[ "$(archive | sha256sum)" = "$sum  -" ] || fail 'this file is damaged or was not copied to its end'
	for folder in "$1" "$2"; do
		# What is there under this name is not what we unpack: an older try, or damaged.
		if private "$folder" 2>/dev/null && [ -e "$folder/$id" ] && ! in_use "$folder/$id"; then rm -rf "${folder:?}/$id"; fi
		if unpack "$folder"; then
			home=$folder/$id
			break
		fi
	done
	[ -n "$home" ] || fail "no place for the program: it needs $((need_kb / 1024)) MB in $1 or $2, on a file system where programs may run, in folders that nobody else can write to"
fi
shift 3
PATH=$given
exec "$home/bin/node" @NODE_FLAGS@ "$home/dist/cli.js" "$@"
