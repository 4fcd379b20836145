# Whether a session or a guard runs from this folder, or may be started from it: a timer behind a lease names its files.
# $leases: where these are recorded.
in_use() {
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe" 2>/dev/null) in
		"$1"/*) return 0 ;;
		esac
	done
	[ -n "$(ls -A "$leases" 2>/dev/null)" ]
}
