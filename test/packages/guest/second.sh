#!/bin/bash
# In a guest: the one file, where it may be and where it may not; file systems that are full or read-only; an upgrade while
# a session runs. /in has first.deb, second.deb and one-file.
cd /out || exit 1
. /in/common.sh

step install dpkg -i /in/first.deb
mount --bind /usr /usr
mount -o remount,bind,ro /usr
settings >read-only.before
step read-only-run ctscope run --source nflog -- cat "$LOG"
settled >read-only.after
# Whatever has begun meanwhile may still have files of it open.
umount -l /usr

# Two versions after each other, a session of the first one alive.
session session
running >upgrade.before
step upgrade dpkg -i /in/second.deb
step second ctscope --version
ls /usr/lib/ctscope/run >upgrade.folders
running >upgrade.during
cat "$LOG" >upgrade.log
kill -TERM "$session" || { say "the session had ended:"; cat session.err >&2; }
wait "$session"
echo $? >session.status
settled >upgrade.after
# Back again, now that nothing runs from the first one.
step downgrade dpkg -i /in/first.deb
ls /usr/lib/ctscope/run >downgrade.folders

# The one file.
cp /in/one-file /root/one-file
step file /root/one-file --version
find /root/.cache -perm /077 >file.public
ls -A /root/.cache/ctscope >file.folder

# Where programs may not run, and where nothing has room.
mount -t tmpfs -o noexec tmpfs /tmp
cp /in/one-file /tmp/one-file
step noexec /tmp/one-file --version
step noexec-sh sh /tmp/one-file --version
umount /tmp
mount -t tmpfs -o noexec,mode=700 tmpfs /root
head -c "$(($(df -Pk /run | awk 'NR == 2 { print $4 }') - 20000))K" /dev/zero >/run/filled
step nowhere /in/one-file --version
ls -A /root >nowhere.root
umount /root
# With room for nothing at all, nothing may be switched on, since it could not be recorded.
head -c 1G /dev/zero >>/run/filled 2>/dev/null
settings >full.before
step full-look /root/one-file status --json
step full-run /root/one-file run --source nflog -- true
settings >full.after
rm -f /run/filled

# Last, since it is what takes longest.
ip -brief link >links
open_shell
press -l "'cd /root && ./one-file practice asymmetric'"
press Enter
see steps 'confidence (high|medium|low)'
# Another key that follows at once would be no key of its own.
pause 2
press C-c
see steps-end 'ready>[[:space:]]*$'
ip -brief link >links.after
