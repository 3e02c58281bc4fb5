#!/bin/sh
# Coil's shell worker: takes tasks from a node over HTTP and runs them, on any machine with a POSIX system and curl.
#
#     curl -sSf $COIL_URL/worker.sh | sh -s -- --url $COIL_URL
#
# docs/worker-api.md is what it speaks, docs/worker.md ("The shell worker") what it can and cannot do.
#
# The processes, each a copy of this shell:
#
#     keeper           announces the worker, hears signals
#     └── slot         one for each task at once: asks for a task, takes it through its stages, reports
#         ├── sender   sends the log while it grows, and says every few seconds that the task goes on
#         ├── watch    ends the stage when its time is over, when it does what it may not, or when it is told to
#         ├── pump     carries what the script prints into the log
#         └── stage    fetch, then the script itself, then keep
#
# They tell each other by files in the slot's directory: `lost` (the claim is not ours), `verdict` (why the watch ended
# the stage), `fault` (why a stage could not be done), `sent` (how much of the log the node has).
#
# What is not used because some shell or system lacks it: local, echo with data, set -m, numbers beyond 31 bits in the
# shell's arithmetic (mksh), "$@" under set -u (posh), the status of a wait that a signal cut short (ksh93: 1), bytes
# that are not of the locale in variables, the variable of a for after it in a function (yash), (list) & as one process
# (yash: two, so it is { list; } &); mktemp, timeout, realpath, head -c, stat, and options of GNU alone.

poll_seconds=30
grace_seconds=5
standstill_seconds=30
heartbeat_seconds=4
piece_bytes=1048576
log_head=$((59 * 1048576))
log_tail=4194304
disk_bytes=21474836480
cache_bytes=10737418240
caches_bytes=10737418240

# --- To people ------------------------------------------------------------------------------------------------------

say() {
    printf 'coil-worker: %s\n' "$*" >&2
}

refuse() {
    printf 'worker.sh: %s\n' "$*" >&2
    exit 2
}

give_up() {
    say "$*"
    exit 1
}

help() {
    cat <<'HELP'
usage: sh worker.sh [--url URL] [--name NAME] [--slots N] [--label LABEL]... [--fact KEY=VALUE]...
                    [--directory DIR] [--once] [--token TOKEN] [--project GLOB]... [--ref GLOB]... [--event GLOB]...
                    [--sandbox] [--user NAME] [--hours FROM-TO]... [--memory SIZE] [--cpus N] [--disk SIZE]
                    [--caches SIZE] [--timeout TIME]

  --url URL         the node to take tasks from (default: $COIL_URL)
  --name NAME       for people, unique in the fleet (default: the host's)
  --slots N         how many tasks at once, 1 to 1000 (default: 1)
  --label LABEL     says something of the machine, as often as needed
  --fact KEY=VALUE  stands instead of what is detected; an empty value takes a fact away
  --directory DIR   the worker's own (default: shell-workers/NAME in $COIL_HOME, by default ~/.local/state/coil)
  --once            leave when one task has ended
  --project GLOB    runs only tasks of these projects; with ! in front, none of them; as often as needed. This and the
                    next two are the owner's alone: nothing that the node says widens them
  --ref GLOB        the same of branches and tags (main, v*, refs/pull/*)
  --event GLOB      the same of what started the run (push, manual); pull requests from other repositories are taken
                    only by who names pull_request_fork, or * for all
  --sandbox         shuts tasks in, by bubblewrap: of the machine's files they can write none but their workspace's, and
                    not read the worker's own
  --user NAME       of a worker that root starts: tasks run as this user of the machine
  --hours FROM-TO   takes tasks at these times of the day only, as 22:00-06:00; as often as needed
  --memory SIZE     how much memory the tasks get, all at once and each that does not say it, as 4GiB (default: the
                    machine's, and no limit for one that does not say it)
  --cpus N          on how many of the processors that the worker may use the tasks run, all at once (default: on
                    all); by taskset on Linux, cpuset on FreeBSD
  --disk SIZE       how much disk a task may use that does not say it (default: 20GiB)
  --caches SIZE     how much is kept of what tasks leave for later ones, 0 for nothing (default: 10GiB)
  --timeout TIME    no task runs for longer here, as 30m or 6h, whatever its graph says: one that does is killed and
                    tried on another machine
  --token TOKEN     lets the worker in the first time, where the node wants that (default: $COIL_TOKEN, which no other
                    user of the machine sees); it keeps a key in its directory from then on

COIL_CA names a file of certificates to trust, of a node that has its own.

SIGUSR1 drains the worker: it takes nothing new and leaves when its tasks have ended. SIGTERM or SIGINT kills
what runs and gives it back; a second one ends the worker at once.
HELP
}

# --- Small tools ----------------------------------------------------------------------------------------------------

seconds() {
    date +%s
}

# Milliseconds since the epoch. Not every date knows parts of a second.
millis() {
    millis_now=$(date +%s%N)
    case $millis_now in
    *[!0-9]*) printf '%s000\n' "$(date +%s)" ;;
    *) printf '%s\n' "${millis_now%??????}" ;;
    esac
}

# random BYTES: so many, in hexadecimal.
random() {
    dd if=/dev/urandom bs="$1" count=1 2>/dev/null | od -A n -t x1 | tr -d ' \n'
}

# size_of FILE: sets size, without reading it.
size_of() {
    # shellcheck disable=SC2012,SC2046 # its fields, of which the fifth is what POSIX says
    set -- $(ls -lnd "$1" 2>/dev/null)
    size=${5-0}
}

# digest_of FILE: sets digest to its SHA-256.
digest_of() {
    case $hasher in
    sha256sum) digest=$(sha256sum <"$1") ;;
    sha256) digest=$(sha256 -q <"$1") ;;
    shasum) digest=$(shasum -a 256 <"$1") ;;
    *) digest=$(openssl dgst -sha256 <"$1") && digest=${digest##* } ;;
    esac
    digest=${digest%% *}
}

find_hasher() {
    for candidate in sha256sum sha256 shasum openssl; do
        hasher=$candidate
        ! command -v "$hasher" >/dev/null 2>&1 || return 0
    done
    give_up 'none of the programs sha256sum, sha256, shasum and openssl is here: install one of them'
}

# unescape WORD: sets plain to what a word of the node's text means, also where that ends with line breaks.
unescape() {
    case $1 in
    '\c') plain= ;;
    *\\*)
        plain=$(printf '%bx' "$1")
        case $plain in
        *x) plain=${plain%x} ;;
        *) unnameable=$1 ;;
        esac
        ;;
    *) plain=$1 ;;
    esac
}

# quote TEXT: as a word for a shell, in a line of its own that goes on.
quote() {
    case $1 in
    *\'*) printf '%s\n' "$1" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/' \\\\/" ;;
    *) printf "'%s' \\\\\n" "$1" ;;
    esac
}

# bytes_text BYTES: as 10 GiB or 1.5 MiB.
bytes_text() {
    awk -v n="$1" 'BEGIN {
        split("bytes KiB MiB GiB TiB", units, " ")
        for (u = 1; n >= 1024 && u < 5; u++) n /= 1024
        text = sprintf("%.1f", n)
        sub(/\.0$/, "", text)
        print text " " units[u]
    }'
}

# size_of_text TEXT: sets size to how many bytes 500MB or 10GiB are. Fails if it is no size, or less than one MiB.
size_of_text() {
    size=$(echo "$1" | awk '
        !/^[0-9]+(\.[0-9]+)?([KMGT]i?B?|B)?$/ { exit 1 }
        {
            unit = $0
            gsub(/[0-9.B]/, "", unit)
            step = unit ~ /i/ ? 1024 : 1000
            n = $0 + 0
            for (i = index("KMGT", substr(unit, 1, 1)); unit != "" && i > 0; i--) n *= step
            if (n < 1048576) exit 1
            printf "%.0f\n", n
        }')
}

# seconds_of_text TEXT: sets span to how many seconds 90s, 30m, 6h or 2d are. Fails if it is no time.
seconds_of_text() {
    case ${1%[smhd]} in
    "$1" | '' | 0* | *[!0-9]* | ??????*) return 1 ;;
    esac
    # Larger ones are too large for some shells.
    case $1 in
    ?????*d) return 1 ;;
    esac
    span=${1%[smhd]}
    case $1 in
    *m) span=$((span * 60)) ;;
    *h) span=$((span * 3600)) ;;
    *d) span=$((span * 86400)) ;;
    esac
}

# duration_text SECONDS: as 1h30m.
duration_text() {
    awk -v n="$1" 'BEGIN {
        h = int(n / 3600); m = int(n % 3600 / 60); s = n % 60
        print (h ? h "h" : "") (m ? m "m" : "") (s || !n ? s "s" : "")
    }'
}

# is_alive PID
is_alive() {
    kill -0 "$1" 2>/dev/null
}

# --- Waiting --------------------------------------------------------------------------------------------------------

# await PID: waits for a child whatever signals come, and sets status. A wait that a signal cut short says nothing of
# the child, so it is asked again; shells keep the status for that. Signals are numbered as 128 + n everywhere.
#
# The 1 of posh's wait may be its own word: after a 'read -r' it takes memory that it has freed for options of wait, as
# long as something is left of that. So a 1 is asked about again; it was the child's if the child is not known any more.
await() {
    doubts=
    while :; do
        interrupted=
        wait "$1" 2>/dev/null
        status=$?
        [ -z "$interrupted" ] || continue
        [ "$status" -eq 1 ] && [ "${#doubts}" -lt 99 ] || break
        doubts="?$doubts"
    done
    [ -z "$doubts" ] || [ "$status" -ne 127 ] || status=1
    [ "$status" -le 255 ] || status=$((128 + status % 128))
}

# on_stop: what slots, senders and watches do at SIGTERM. Whatever they wait for is ended, so that they look up.
on_stop() {
    interrupted=1
    stopping=1
    [ -z "$child" ] || kill -s TERM "$child" 2>/dev/null
}

# nap SECONDS: unless stopping.
nap() {
    [ -z "$stopping" ] || return 0
    sleep "$1" &
    child=$!
    [ -z "$stopping" ] || kill -s TERM "$child" 2>/dev/null
    await "$child"
    child=
}

# --- HTTP -----------------------------------------------------------------------------------------------------------

# http METHOD PATH [CURL ARGUMENT]...: asks once. Sets code to the answer's status, 000 if there was none; its body is
# in the file $io.body, its headers are in $io.head. $patience is how many seconds it may take, 0 for as long as bytes
# come.
http() {
    http_method=$1
    http_path=$2
    shift 2
    find_node
    case $http_method in
    HEAD) set -- --head "$@" ;;
    *) set -- -X "$http_method" "$@" ;;
    esac
    case ${patience:-30} in
    0) set -- --speed-limit 1 --speed-time 60 "$@" ;;
    *) set -- --max-time "${patience:-30}" "$@" ;;
    esac
    : >"$io.body"
    : >"$io.head"
    # Without Expect, curl waits a second for the word to go on where a server does not give it.
    curl -q -K "$run/curl" -g -sS --connect-timeout 10 -H 'Accept: text/plain' -H 'Expect:' -A coil-shell-worker \
        -o "$io.body" -D "$io.head" -w '%{http_code} %{time_connect}' "$@" "$url$http_path" \
        >"$io.code" 2>"$io.error" </dev/null &
    child=$!
    [ -z "$stopping" ] || [ -n "$farewell" ] || kill -s TERM "$child" 2>/dev/null
    [ -z "$polling" ] || note_poll
    await "$child"
    child=
    code='' connected=''
    { read -r code connected <"$io.code"; } 2>/dev/null
    # What a server refuses while it is still being sent ends with an error of curl's, and is an answer all the same.
    case $status:$code in
    0:[1-9]* | *:4??) ;;
    *) code=000 ;;
    esac
    case $code in
    401) [ -n "$entering" ] || shut_out ;;
    000) is_cut_short || is_connected || leave_node ;;
    2??) hear_nodes ;;
    esac
}

# is_cut_short: whether it was this worker itself that ended the last request.
is_cut_short() {
    [ -n "$stopping" ] || { [ -n "$polling" ] && [ -e "$run/draining" ]; }
}

# is_connected: whether the last request came as far as a connection, or was ended by whatever else. With a node that
# only answers badly the worker stays: that one still counts on it.
is_connected() {
    case $connected in
    '' | *[1-9]*) return 0 ;;
    esac
    return 1
}

# find_node: sets url to the node that all processes of this worker use now.
find_node() {
    { read -r url <"$run/url"; } 2>/dev/null || :
}

# hear_nodes: notes the nodes that the last answer names. One is passed over that has another
# scheme: the key shall not go in the clear.
hear_nodes() {
    grep -qi '^coil-gateway:' "$io.head" 2>/dev/null || return 0
    {
        echo "$given"
        LC_ALL=C tr -d '\r' <"$io.head" | awk -v given="$given" '
            tolower($1) == "coil-gateway:" && $2 ~ /^https?:../ && (given ~ /^https/) == ($2 ~ /^https/) {
                sub(/\/*$/, "", $2)
                if ($2 != given) print $2
            }'
    } >"$io.nodes"
    [ "$(cat "$io.nodes")" = "$(cat "$run/nodes" 2>/dev/null)" ] || mv "$io.nodes" "$run/nodes"
}

# leave_node: the node cannot be reached. All go on through the next one, if another one is known.
leave_node() {
    { read -r current <"$run/url"; } 2>/dev/null || return 0
    [ "$current" = "$url" ] || return 0
    next=$(awk -v current="$url" '
        NR == 1 { first = $0 }
        found { print; found = 0; done = 1 }
        $0 == current { found = 1 }
        END { if (!done) print first }' "$run/nodes" 2>/dev/null)
    [ -n "$next" ] && [ "$next" != "$url" ] || return 0
    echo "$next" >"$io.url"
    mv "$io.url" "$run/url"
    say "$url cannot be reached: goes on through $next"
}

# curl_settings SECRET: what goes along with every request is in a file, as everybody sees a program's arguments.
curl_settings() {
    (
        umask 077
        {
            [ -z "$1" ] || printf 'header = "Authorization: Bearer %s"\n' "$1"
            [ -z "${COIL_CA-}" ] || printf 'cacert = "%s"\n' "$COIL_CA"
        } >"$run/curl.new"
    )
    mv "$run/curl.new" "$run/curl"
}

# shut_out: the node does not know this worker's key, or not any more.
shut_out() {
    [ ! -e "$run/shut-out" ] || return 0
    trouble_of
    say "stops: $trouble"
    : >"$run/shut-out"
    kill -s TERM "$$"
}

# header NAME: sets value to that of a header of the last answer. HTTP/2 has names in lower case.
header() {
    value=$(LC_ALL=C tr -d '\r' <"$io.head" | awk -v name="$1:" '
        tolower(substr($0, 1, length(name))) == name { value = substr($0, length(name) + 1); sub(/^ */, "", value) }
        END { print value }')
}

# hear_clock: notes by how many seconds the node's clock is ahead of this machine's, by the Date of its last answer.
hear_clock() {
    header date
    [ -n "$value" ] || return 0
    # Days of the proleptic Gregorian calendar, with years that begin in March.
    said=$(echo "$value" | awk '{
        month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $3) + 2) / 3
        year = $4 - (month < 3)
        days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400)
        days += int((153 * (month + (month < 3 ? 9 : -3)) + 2) / 5) + $2 - 1 - 719468
        split($5, time, ":")
        printf "%.0f\n", days * 86400 + time[1] * 3600 + time[2] * 60 + time[3]
    }')
    echo "$((said - $(seconds)))" >"$run/clock"
}

# trouble_of: sets trouble to one line that says why the last request was in vain.
trouble_of() {
    case $code in
    000)
        trouble=$(sed -n '1s/^curl: ([0-9]*) //p' "$io.error")
        trouble="no answer from $url (${trouble:-it broke off})"
        ;;
    *)
        trouble=$(sed -n 1p "$io.body")
        trouble="$url answered $code${trouble:+: $trouble}"
        ;;
    esac
}

# ask METHOD PATH [CURL ARGUMENT]...: asks until there is an answer of less than 500, or it is not wanted any more, or
# $deadline has come. A node that does not know the session is told.
ask() {
    pause=1
    while :; do
        http "$@"
        case $2:$code in
        /api/v1/worker/sessions/*:404) announce && continue ;;
        *:[1234]??) return 0 ;;
        esac
        [ -n "$farewell" ] || [ -z "$stopping" ] || return 0
        [ -z "$deadline" ] || [ "$(seconds)" -lt "$deadline" ] || return 0
        retry_nap
    done
}

# retry_nap: 1 s, then twice as long each time up to 15 s, or what the node says. A sender speaks of its task about as
# often as ever, since a node that was started again soon gives up those of which it does not hear.
retry_nap() {
    header retry-after
    case $value in
    '' | *[!0-9]* | ????*) nap "$pause" ;;
    *) nap "$value" ;;
    esac
    pause=$((pause * 2))
    [ "$pause" -le "$longest_pause" ] || pause=$longest_pause
}

# --- The tasks' user ------------------------------------------------------------------------------------------------
#
# Where the owner has given tasks a user of their own, the worker, which is root, looks into what they leave only as
# that user: whatever links they left, and whatever a process of theirs that hid does meanwhile, it sees what they see.

# as_task PROGRAM [ARGUMENT]...: runs it as the tasks' user.
as_task() {
    case $user_way in
    '') "$@" ;;
    *) env -i PATH="$PATH" LANG="${LANG-}" LC_ALL="${LC_ALL-}" SHELL=/bin/sh sh -c "$become" "$user_way" "$task_uid" \
        "$task_gid" "$task_user" "$@" ;;
    esac
}

# as_task_in DIRECTORY PROGRAM [ARGUMENT]...: the same there. It goes there as that user: root's way may lead where
# theirs does not.
as_task_in() {
    as_task sh -c 'cd "$1" && shift && exec "$@"' sh "$@"
}

# For a shell that is root's, and becomes a program of the tasks' user. What the worker has in its environment, they
# could read there.
become='uid=$1 gid=$2 user=$3
    shift 3
    case $0 in
    setpriv) exec setpriv --reuid="$uid" --regid="$gid" --clear-groups --inh-caps=-all "$@" ;;
    perl) exec perl -e "my (\$u, \$g) = splice @ARGV, 0, 2; require POSIX; \$) = \"\$g \$g\";
        POSIX::setgid(\$g) && POSIX::setuid(\$u) or die; exec { \$ARGV[0] } @ARGV or exit 127" "$uid" "$gid" "$@" ;;
    su) exec su -m "$user" -c "case \$0 in --) exec \"\$@\" ;; esac; exec \"\$0\" \"\$@\"" -- "$@" ;;
    esac'

# write_user_launch: $slot/launch becomes one that starts as root, and runs what it was as the tasks' user. Nothing of
# the task is in its environment until then: a task shall not say which libraries root loads.
write_user_launch() {
    {
        printf 'cd \\\n'
        quote "$start/$workdir"
        echo ' || exit 126'
        cat "$slot/launch"
    } >"$slot/launch.task"
    chgrp "$task_gid" "$slot/launch.task" && chmod 640 "$slot/launch.task"
    {
        printf 'exec env -i \\\n'
        for user_word in PATH="$PATH" SHELL=/bin/sh COIL_CLAIM="$marker" sh -c "$become" "$user_way" "$task_uid" \
            "$task_gid" "$task_user" sh "$slot/launch.task"; do
            quote "$user_word"
        done
        echo ''
    } >"$slot/launch"
}

# find_user: sets user_way to how a program becomes the tasks' user; nothing if that is the worker's own.
find_user() {
    user_way=
    own_uid=$(id -u)
    if [ -z "$task_user" ]; then
        [ "$own_uid" != 0 ] ||
            say 'runs as root, and so do its tasks: --user NAME runs them as an ordinary user of this machine'
        return 0
    fi
    task_uid=$(id -u "$task_user" 2>/dev/null) && task_gid=$(id -g "$task_user" 2>/dev/null) ||
        give_up "--user is $task_user: there is no such user on this machine"
    [ "$task_uid" != 0 ] || give_up "--user is $task_user, who may do everything: name an ordinary user"
    [ "$task_uid" != "$own_uid" ] || return 0
    [ "$own_uid" = 0 ] || give_up "--user is $task_user, and only root can run tasks as somebody else, which user \
$own_uid is not: start the worker as root, or leave out --user"
    for candidate in setpriv perl su; do
        user_way=$candidate
        became="$(as_task id -u 2>/dev/null </dev/null) $(as_task id -G 2>/dev/null </dev/null)"
        [ "$became" != "$task_uid $task_gid" ] || return 0
    done
    give_up "neither setpriv nor perl nor su can run programs as $task_user here, without that user's other groups: \
install setpriv (of util-linux) or perl, or leave out --user"
}

# open_to_user: lets the tasks' user through to the workspaces and to git's objects, and to nothing else. What is made
# from now on is the worker's alone, unless it says otherwise.
open_to_user() {
    usual_umask=$(umask)
    task_home=${HOME-} task_tmp=${TMPDIR-}
    [ -n "$user_way" ] || return 0
    umask 077
    for own_file in "$directory"/*; do
        [ ! -f "$own_file" ] || chmod go-rwx "$own_file"
    done
    chmod go-rwx "$directory/cache" "$directory/caches"
    chmod 711 "$directory" "$directory/slots" "$directory/trees" "$directory/trash"
    chmod 755 "$directory/mirrors"
    as_task sh -c 'cd "$1"' sh "$directory/slots" 2>/dev/null ||
        give_up "--user is $task_user, who cannot pass through the directories above $directory/slots: give \
--directory a place that everybody can reach, such as /var/lib/coil"
    eval "task_home=~$task_user"
    may_user_write "$task_home" || {
        task_home=$directory/home
        mkdir -p "$task_home" && chown "$task_uid:$task_gid" "$task_home"
    }
    may_user_write "$task_tmp" || task_tmp=
}

may_user_write() {
    as_task sh -c '[ -d "$1" ] && [ -w "$1" ]' sh "$1"
}

# give_to_user PATH: what root has made, and nobody else could reach until now. An archive can have brought there what
# an ordinary user could not have made.
give_to_user() {
    [ -n "$user_way" ] || return 0
    odd=$(find "$1" \( ! -type f ! -type d ! -type l -o -type f -links +1 \) -print | sed -n 1p)
    [ -z "$odd" ] || fault error "what the task starts from has a hard link, a pipe or a device, as no worker makes \
them: ${odd#"$1"/}"
    # The directory itself at last: until then nobody else gets in and puts something there.
    (cd "$1" && find . ! -name . -prune -exec chown -hR "$task_uid:$task_gid" {} +) && chmod 755 "$1" &&
        chown "$task_uid:$task_gid" "$1" || fault error "cannot give $1 to $task_user"
}

# is_users PATH: whether it is the tasks' user's, and that is not the worker's own.
is_users() {
    [ -n "$user_way" ] || return 1
    # shellcheck disable=SC2012,SC2046 # its fields, of which the third is what POSIX says
    set -- $(ls -lnd "$1" 2>/dev/null)
    [ "${3-}" = "$task_uid" ]
}

# --- The machine ----------------------------------------------------------------------------------------------------

# one_word TEXT: facts have no blanks.
one_word() {
    printf '%s\n' "$1" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/[[:space:]][[:space:]]*/-/g'
}

detect_os() {
    os=$(uname -s | tr '[:upper:]' '[:lower:]')
    case $os in
    darwin) os=macos ;;
    sunos) os=illumos ;;
    esac
}

# Whether programs of this machine are of 32 bits, which its kernel need not be.
is_32_bits() {
    [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]
}

detect_arch() {
    arch=$(uname -m | tr '[:upper:]' '[:lower:]')
    case $os in
    # Where uname -m names a family of machines.
    freebsd | netbsd) arch=$(uname -p | tr '[:upper:]' '[:lower:]') ;;
    illumos) arch=$(isainfo -k 2>/dev/null || uname -p) ;;
    esac
    case $arch in
    amd64 | x64 | x86-64) arch=x86_64 ;;
    i[3456]86 | x86) arch=i686 ;;
    arm64) arch=aarch64 ;;
    armv7* | armv8l | armhf | arm) arch=armv7l ;;
    ppc64el | powerpc64le) arch=ppc64le ;;
    powerpc64) arch=ppc64 ;;
    loong64) arch=loongarch64 ;;
    esac
    case $arch in
    x86_64) ! is_32_bits || arch=i686 ;;
    aarch64) ! is_32_bits || arch=armv7l ;;
    esac
}

detect_libc() {
    if grep -q -e /ld-musl- -e /libc.musl- /proc/self/maps 2>/dev/null; then
        libc=musl
    elif grep -q -e /libc.so.6 -e /libc-2. /proc/self/maps 2>/dev/null || getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
        libc=glibc
    else
        # Programs such as busybox may have none.
        libc=$(ls /lib/ld-musl-* 2>/dev/null) && libc=musl
    fi
}

# os_release KEY: what the distribution says of itself.
os_release() {
    for release in /etc/os-release /usr/lib/os-release; do
        if [ -s "$release" ]; then
            sed -n "s/^$1=//p" "$release" | sed -n -e "s/^\\(['\"]\\)\\(.*\\)\\1\$/\\2/" -e 's/[[:space:]]*$//' -e 1p
            return
        fi
    done
}

# What a container may use counts, as for programs that look themselves.
detect_cpus() {
    cpus=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || sysctl -n hw.ncpuonline 2>/dev/null ||
        sysctl -n hw.ncpu 2>/dev/null || grep -c '^processor' /proc/cpuinfo 2>/dev/null)
    quota=$(cat /sys/fs/cgroup/cpu.max 2>/dev/null) || quota="$(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us \
        /sys/fs/cgroup/cpu/cpu.cfs_period_us 2>/dev/null)"
    cpus=$(printf '%s\n' "$quota" | tr '\n' ' ' | awk -v cpus="${cpus:-1}" '
        $1 > 0 && $2 > 0 { most = int(($1 + $2 - 1) / $2); if (most < cpus) cpus = most }
        END { print cpus }')
    find_processors
}

# find_processors: sets pinned to what keeps a program to the first of the processors that this worker may use, and cpus
# to how many those are at most.
find_processors() {
    pinned=
    [ -n "$most_cpus" ] || return 0
    [ "$cpus" -le "$most_cpus" ] || cpus=$most_cpus
    if [ -r /proc/self/status ] && command -v taskset >/dev/null 2>&1; then
        pinned="taskset $(processor_mask)"
    elif [ ! -r /proc/self/status ] && command -v cpuset >/dev/null 2>&1; then
        pinned="cpuset -l $(cpuset -g -p "$$" | sed -n 's/ //g; s/^.*mask://p' | cut -d , -f "1-$most_cpus")"
    else
        give_up "--cpus needs the program taskset (Linux: of util-linux or busybox) or cpuset (FreeBSD), and it is not \
on PATH: install it, or leave out --cpus"
    fi
    complaint=$($pinned true 2>&1 </dev/null) ||
        give_up "--cpus does not work here: $pinned says: ${complaint:-nothing, and fails}"
}

# processor_mask: in hexadecimal, as it may have more bits than numbers of this shell.
processor_mask() {
    awk -v most="$most_cpus" '
        /^Cpus_allowed_list:/ {
            n = split($2, spans, ",")
            for (i = 1; i <= n; i++) {
                last = split(spans[i], ends, "-")
                for (p = ends[1] + 0; p <= ends[last] + 0 && taken < most; p++) {
                    digits[int(p / 4)] += 2 ^ (p % 4)
                    top = int(p / 4)
                    taken++
                }
            }
        }
        END {
            for (i = top; i >= 0; i--) mask = mask sprintf("%x", digits[i])
            print mask
        }' /proc/self/status
}

detect_memory() {
    if [ -r /proc/meminfo ]; then
        memory=$(awk '/^MemTotal:/ { printf "%.0f\n", $2 * 1024 }' /proc/meminfo)
    else
        memory=$(sysctl -n hw.physmem64 2>/dev/null || sysctl -n hw.memsize 2>/dev/null ||
            sysctl -n hw.physmem 2>/dev/null)
    fi
    most=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null)
    memory=$(awk -v a="${memory:-0}" -v b="$most" 'BEGIN { printf "%.0f\n", b ~ /^[0-9]+$/ && b + 0 < a + 0 ? b : a }')
}

# disk_of DIR: sets total and free to kilobytes of its file system.
disk_of() {
    free=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $2, $4 }')
    total=${free% *}
    free=${free#* }
}

# is_disk_below BYTES PART [DIR]: whether less is free than so many bytes, or than so much of a small file system.
is_disk_below() {
    disk_of "${3:-$directory}"
    awk -v free="$free" -v total="$total" -v bytes="$1" -v part="$2" 'BEGIN {
        if (total == "") exit 1
        limit = total / part < bytes / 1024 ? total / part : bytes / 1024
        exit free < limit ? 0 : 1
    }'
}

detect_facts() {
    detect_os
    detect_arch
    detect_cpus
    detect_memory
    disk_of "$directory"
    {
        printf 'os=%s\narch=%s\n' "$os" "$arch"
        printf 'os-version=%s\n' "$(one_word "$(uname -r)")"
        printf 'cpus=%s\nmemory=%s\n' "$cpus" "${memory_bytes:-$memory}"
        awk -v free="${free:-0}" 'BEGIN { printf "disk=%.0f\n", int(free / 1048576) * 1073741824 }'
        if [ "$os" = linux ]; then
            detect_libc
            printf 'libc=%s\n' "$libc"
            printf 'distro=%s\n' "$(one_word "$(os_release ID)")"
            printf 'distro-version=%s\n' "$(one_word "$(os_release VERSION_ID)")"
        fi
    } >"$run/facts"
}

# What can be had here to see and end processes.
detect_processes() {
    columns=
    for state in stat s; do
        if ps -A -o pid= -o ppid= -o pgid= -o "$state=" -o rss= -o comm= >/dev/null 2>&1; then
            columns="-o pid= -o ppid= -o pgid= -o $state= -o rss= -o comm="
            break
        fi
    done
    [ -n "$columns" ] || give_up "'ps -A -o pid= -o ppid= -o pgid= -o stat= -o rss= -o comm=' does not work here"
    environments=
    if [ -r /proc/self/environ ]; then
        environments=lines
        ! printf 'a\0b=c\0' | grep -qzxF b=c 2>/dev/null || environments='grep'
    fi
    detect_session
}

# detect_sandbox: finds the program that shuts tasks in, and tries it. In $run/emptied is a line for each directory that
# is there for them, and empty.
detect_sandbox() {
    walls='--unshare-pid --unshare-ipc --unshare-uts --cap-drop ALL --ro-bind / / --dev /dev --proc /proc'
    [ -n "$sandbox" ] || return 0
    sandbox=$(command -v bwrap) || give_up "a sandbox needs bubblewrap, and there is no bwrap on PATH: install it \
(Debian: apt-get install bubblewrap), or leave out --sandbox"
    : >"$run/emptied"
    for emptied in /tmp /var/tmp /run "$task_tmp" "$task_home"; do
        emptied=$(CDPATH='' cd -P -- "${emptied:-/}" 2>/dev/null && pwd)
        [ "${emptied:-/}" = / ] || grep -qxF -- "$emptied" "$run/emptied" || printf '%s\n' "$emptied" >>"$run/emptied"
    done
    # Of two of which one is in the other, the outer one is made first: they are taken from the end.
    sort -r -o "$run/emptied" "$run/emptied"
    # shellcheck disable=SC2086 # options
    complaint=$(as_task_in / "$sandbox" $walls -- sh -c 'exit 0' 2>&1 </dev/null) ||
        give_up "$sandbox cannot make a sandbox here: ${complaint#bwrap: }"
    echo sandbox=bubblewrap >>"$run/facts"
}

# in_session PROGRAM [ARGUMENT]...: becomes the program, in a session and process group of its own if that can be had. A
# shell in the background ignores SIGINT and SIGQUIT, and so would the script.
in_session() {
    case $session_way in
    perl) exec perl -e "$perl_session" "$@" ;;
    env) exec env --default-signal setsid "$@" ;;
    setsid) exec setsid "$@" ;;
    *) exec "$@" ;;
    esac
}

perl_session='$SIG{$_} = "DEFAULT" for qw(HUP INT QUIT PIPE TERM USR1 USR2);
    require POSIX; POSIX::setsid() > 0 or die; exec { $ARGV[0] } @ARGV or exit 127'

detect_session() {
    dashes=--
    kill -s 0 -- "$$" 2>/dev/null || dashes=
    for candidate in perl env setsid; do
        session_way=$candidate
        case $session_way in
        env) env --default-signal true 2>/dev/null || continue ;;
        *) command -v "$session_way" >/dev/null 2>&1 || continue ;;
        esac
        in_session sleep 5 </dev/null >/dev/null 2>&1 &
        child=$!
        tries=0
        until is_group "$child" || [ "$tries" -ge 20 ]; do
            tries=$((tries + 1))
            sleep "$blink"
        done
        works=
        ! is_group "$child" || works=1
        kill -s KILL "$child" 2>/dev/null
        await "$child"
        child=
        [ -z "$works" ] || return 0
    done
    session_way=
    say 'neither setsid nor perl can start a session here: processes that leave the tree of a task may outlive it'
}

# is_group PID: whether there is a process group of that number.
is_group() {
    # shellcheck disable=SC2086 # -- or nothing: what the shell's kill takes
    kill -s 0 $dashes "-$1" 2>/dev/null
}

# --- Processes ------------------------------------------------------------------------------------------------------

# members ROOT GROUP MARKER: who belongs to a task and lives, one a line in the file $io.members: PID RSS STATE NAME.
# That is a process itself, its descendants, with GROUP 1 its process group, whoever was started with the marker in
# its environment, and whoever was one of them at the last look and is still there. Sets living to the PIDs.
members() {
    carriers "$3"
    remembered=
    [ -n "$environments" ] || remembered=$(awk '{ printf "%s ", $1 }' "$io.members" 2>/dev/null)
    : >"$io.members"
    # shellcheck disable=SC2086 # options
    living=$(ps -A $columns | LC_ALL=C awk -v root="$1" -v group="$2" -v also="$carried $remembered" \
        -v file="$io.members" '
        BEGIN { split(also, list, " "); for (i in list) is[list[i]] = 1 }
        $4 !~ /^[ZX]/ && $1 > 1 {
            parent[$1] = $2; pgid[$1] = $3; state[$1] = substr($4, 1, 1); order[++n] = $1
            rss[$1] = $5 ~ /m$/ ? $5 * 1024 : $5 ~ /g$/ ? $5 * 1048576 : $5 + 0
            name = $0; for (i = 1; i < 6; i++) sub(/^ *[^ ]+/, "", name)
            sub(/^ */, "", name); sub(/ *$/, "", name); sub(/^.*\//, "", name); comm[$1] = name
        }
        END {
            for (i = 1; i <= n; i++) {
                p = order[i]
                if (p == root || (group && pgid[p] == root)) is[p] = 1
            }
            do {
                grown = 0
                for (i = 1; i <= n; i++) {
                    p = order[i]
                    if (!(p in is) && (parent[p] == root || parent[p] in is)) { is[p] = 1; grown = 1 }
                }
            } while (grown)
            for (i = 1; i <= n; i++) if (order[i] in is) {
                print order[i], rss[order[i]], state[order[i]], comm[order[i]] >file
                printf "%s ", order[i]
            }
        }')
}

# carriers MARKER: sets carried to those that were started with the marker, as daemons are that left everything else.
carriers() {
    carried=
    [ -n "$1" ] || return 0
    case $environments in
    grep)
        carried=$(grep -lzxF "COIL_CLAIM=$1" /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\n' | tr '\n' ' ')
        ;;
    lines)
        for environ in /proc/[0-9]*/environ; do
            if { tr '\000' '\n' <"$environ" | grep -qxF "COIL_CLAIM=$1"; } 2>/dev/null; then
                environ=${environ#/proc/}
                carried="$carried ${environ%/environ}"
            fi
        done
        ;;
    esac
}

# end_tree ROOT GROUP MARKER GRACE: asks all of a task's processes to end, and kills those that are left after so many
# seconds, again and again until none is. The names of all are added to the file $io.killed.
end_tree() {
    asked=' '
    naps=0
    [ -z "$environments" ] || rm -f "$io.members"
    # Where nothing else tells who left the tree, the watch has seen them in it.
    [ -n "$environments" ] || [ "$io" = "$slot/watch" ] || cp "$slot/watch.members" "$io.members" 2>/dev/null
    while members "$1" "$2" "$3" && [ -n "$living" ]; do
        member_names >>"$io.killed"
        if [ "$naps" -lt "$4" ]; then
            ask_to_end
        else
            [ "$2" = 0 ] || signal_group KILL "$1"
            # shellcheck disable=SC2086 # a list of processes
            kill -s KILL $living 2>/dev/null
        fi
        if [ "$naps" -gt "$(($4 + 10))" ]; then
            say "processes $living of a task do not die: the system holds them"
            return
        fi
        # Most end at once, and shall not be waited for long.
        sleep "$blink"
        ! is_anyone_left || sleep 1
        naps=$((naps + 1))
    done
}

# Once each, as some take a second SIGTERM for impatience. One that was stopped hears of it when it goes on.
ask_to_end() {
    for process in $living; do
        case $asked in
        *" $process "*) ;;
        *)
            asked="$asked$process "
            kill -s TERM "$process" 2>/dev/null
            kill -s CONT "$process" 2>/dev/null
            ;;
        esac
    done
}

# Those of the last look. Zombies count; who comes next looks better.
is_anyone_left() {
    for process in $living; do
        ! is_alive "$process" || return 0
    done
    return 1
}

# signal_group SIGNAL PID
signal_group() {
    # shellcheck disable=SC2086 # -- or nothing: what the shell's kill takes
    kill -s "$1" $dashes "-$2" 2>/dev/null
}

# member_names: those of the last look, one a line: NAME (PID).
member_names() {
    sed 's/^\([0-9]*\) [^ ]* [^ ]* \(.*\)/\2 (\1)/' "$io.members"
}

# joined_names FILE: its lines, once each, as one.
joined_names() {
    [ ! -s "$1" ] || LC_ALL=C awk '!seen[$0]++ { line = line (line == "" ? "" : ", ") $0 } END { print line }' "$1"
}

# --- The directory --------------------------------------------------------------------------------------------------

# seize LOCK PID: takes a lock for a process. Fails while another living one has it, and sets holder.
seize() {
    unnamed=0 absent=0
    until mkdir "$1" 2>/dev/null; do
        # Who held it may have let it go in between.
        [ -d "$1" ] || {
            absent=$((absent + 1))
            [ "$absent" -lt 5 ] || give_up "cannot make $1"
            continue
        }
        holder=
        read -r holder 2>/dev/null <"$1/pid"
        if [ -z "$holder" ] && [ "$unnamed" -lt 2 ]; then
            unnamed=$((unnamed + 1))
            sleep 1
        elif [ -n "$holder" ] && [ "$holder" != "$2" ] && is_holder "$1"; then
            return 1
        else
            # By one move, so that of two that find it stale one takes it.
            mv "$1" "$1.stale.$2" 2>/dev/null && rm -rf "$1.stale.$2"
        fi
    done
    echo "$2" >"$1/pid"
}

# is_holder LOCK: whether the process that a lock names is the one that took it, and not another with its number.
is_holder() {
    is_alive "$holder" || return 1
    [ ! -s "$1/command" ] || [ "$(command_of "$holder")" = "$(cat "$1/command")" ]
}

# command_of PID
command_of() {
    ps -A -o pid= -o args= | awk -v pid="$1" '$1 == pid { sub(/^ *[0-9]+ /, ""); print; exit }'
}

open_directory() {
    mkdir -p "$directory/slots" "$directory/trees" "$directory/mirrors" "$directory/cache" "$directory/caches" \
        "$directory/trash" ||
        give_up "cannot make the worker's directory $directory"
    directory=$(cd -P "$directory" && pwd -P)
    seize "$directory/lock" "$$" || {
        say "another worker uses $directory (process $holder); give this one a directory of its own, or stop that one"
        exit 1
    }
    command_of "$$" >"$directory/lock/command"
    [ -s "$directory/worker-id" ] || random 16 >"$directory/worker-id"
    worker_id=$(cat "$directory/worker-id")
}

# What a worker that died without a word left: its processes, its workspaces. Its tasks end as errors once there is a
# session, which is sooner than the node would give them up.
clean_up() {
    io=$directory/clean-up
    for old in "$directory"/slots/*; do
        [ -d "$old" ] || continue
        left=
        if read -r left 2>/dev/null <"$old/shell" &&
            [ "$(command_of "$left")" = "$(cat "$old/shell.command" 2>/dev/null)" ]; then
            end_tree "$left" 0 '' 0
        fi
        left_group=
        if read -r left left_group 2>/dev/null <"$old/root" && [ "$left_group" = 1 ] && is_group "$left"; then
            end_tree "$left" 1 '' 0
        fi
        left=
        ! read -r left 2>/dev/null <"$old/marker" || end_tree '' 0 "$left" 0
        ! read -r left 2>/dev/null <"$old/claim" ||
            echo "$left $(cat "$old/sent" 2>/dev/null)" >>"$directory/abandoned"
        throw_away "$old/ws"
        throw_away "$old/stage.scratch"
        throw_away "$old"
    done
    [ ! -s "$io.killed" ] || say "killed what a worker left running: $(joined_names "$io.killed")"
    for old in "$directory"/run.*; do
        [ ! -d "$old" ] || former_session=${old##*/run.}
    done
    for old in "$directory"/run.* "$directory"/trees/*.lock "$directory"/mirrors/*.lock "$directory"/mirrors/*/*.lock \
        "$directory"/mirrors/*.new "$directory"/cache/*.part "$directory"/clean-up.* "$directory"/trash/*; do
        throw_away "$old"
    done
}

# throw_away PATH: deletes it, also what has no permissions. What is mounted there is unmounted, never deleted; of what
# cannot be deleted the rest goes, and it is left in the trash. Fails if it is still there.
throw_away() {
    [ -e "$1" ] || [ -h "$1" ] || return 0
    unmount_below "$1" || return 1
    if is_users "$1"; then
        throw_away_as_user "$1" && return 0
    else
        rm -rf "$1" 2>/dev/null && return 0
        find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null
        rm -rf "$1" 2>/dev/null && return 0
        # A directory that can be read only after its parent was.
        chmod -R u+rwx "$1" 2>/dev/null
        rm -rf "$1" 2>/dev/null && return 0
    fi
    say "cannot delete all of $1, which a task left"
    case $1 in
    "$directory"/trash/*) return 1 ;;
    *) mv "$1" "$directory/trash/$(random 8)" 2>/dev/null ;;
    esac
}

# throw_away_as_user PATH: the same of what is the tasks' user's. The directory that it stands in is the worker's, so
# the last bit of it is not for them to delete.
throw_away_as_user() {
    as_task rm -rf "$1" 2>/dev/null
    rmdir "$1" 2>/dev/null && return 0
    rm -f "$1" 2>/dev/null && return 0
    # GNU's find wants to return to where it was started.
    as_task_in / find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null
    as_task chmod -R u+rwx "$1" 2>/dev/null
    as_task rm -rf "$1" 2>/dev/null
    rmdir "$1" 2>/dev/null
}

# unmount_below PATH: fails if something is still mounted there. On Linux.
unmount_below() {
    [ -r /proc/self/mountinfo ] || return 0
    mounted=$(mounts_below "$1")
    [ -n "$mounted" ] || return 0
    printf '%s\n' "$mounted" | while IFS= read -r mount_point; do
        umount -l "$mount_point" 2>/dev/null
    done
    [ -z "$(mounts_below "$1")" ] || {
        say "something is mounted below $1 and cannot be unmounted, so it is left"
        return 1
    }
}

mounts_below() {
    COIL_BELOW=$1 LC_ALL=C awk '{ at = $5; gsub(/\\040/, " ", at) }
        at == ENVIRON["COIL_BELOW"] || index(at, ENVIRON["COIL_BELOW"] "/") == 1 { print at }' /proc/self/mountinfo
}

# --- The session ----------------------------------------------------------------------------------------------------

# field NAME VALUE: as curl reads it from a file.
field() {
    printf 'data-urlencode = "%s=%s"\n' "$1" "$(printf '%s' "$2" | sed 's/["\\]/\\&/g')"
}

write_announcement() {
    {
        field worker "$worker_id"
        field name "$name"
        field slots "$slots"
        # The beginning of it tells versions apart, and is short enough to be shown.
        field version "${version:+sh-$(printf '%s' "$version" | cut -c 1-12)}"
        field started "$started_at"
        while IFS= read -r fact; do
            case $fact in
            *=) ;;
            *) field fact "$fact" ;;
            esac
        done <"$run/facts"
        while IFS= read -r label; do
            field label "$label"
        done <"$run/labels"
        for rule in project ref event; do
            while IFS= read -r glob; do
                field "$rule" "$glob"
            done <"$run/rules.$rule"
        done
    } >"$run/announcement"
}

# enter: with the key that there is. With a token, it is made good first, which does no harm if it is so already; it is
# kept before, so that the same is sent again if the answer does not come.
enter() {
    key='' made=''
    [ ! -s "$directory/key" ] || read -r key <"$directory/key"
    if [ -n "$token" ]; then
        [ -n "$key" ] || {
            made=1
            key=coil_key_$(random 32)
            (umask 077 && printf '%s\n' "$key" >"$directory/key.new")
            mv "$directory/key.new" "$directory/key" || give_up "cannot keep a key in $directory"
        }
        enrol
    fi
    curl_settings "$key"
}

enrol() {
    entering=1
    pause=1
    curl_settings "$token"
    (umask 077 && printf 'header = "coil-key: %s"\n' "$key" >"$run/enrolment")
    until http POST /api/v1/worker/enrol -K "$run/enrolment" -K "$run/announcement" && [ "$code" -gt 0 ] &&
        [ "$code" -lt 500 ]; do
        [ -z "$leaving" ] || break
        [ "$pause" -gt 1 ] || {
            trouble_of
            say "$trouble; tries again"
        }
        retry_nap
    done
    rm -f "$run/enrolment"
    entering=
    case $code in
    4??)
        trouble_of
        [ -z "$made" ] || {
            rm -rf "$directory/key" "$run" "$directory/lock"
            give_up "the node does not let this worker in: $trouble"
        }
        say "the token is of no use ($trouble); the key that there is may be"
        ;;
    esac
}

# announce: tells the node that this worker is there. Fails if it does not get an answer.
announce() {
    announced_draining=false
    [ ! -e "$run/draining" ] || announced_draining=true
    announced_unfit=
    ! read -r announced_unfit 2>/dev/null <"$run/unfit" || :
    http PUT "$session_path" -K "$run/announcement" --data-urlencode "draining=$announced_draining" \
        --data-urlencode "unfit=$announced_unfit"
    case $code in
    2??)
        hear_clock
        header coil-notice
        [ -z "$value" ] || [ -e "$run/noticed" ] || {
            : >"$run/noticed"
            say "$value"
        }
        return 0
        ;;
    401) ;; # Said already.
    4??)
        trouble_of
        say "the node does not take this worker: $trouble"
        ;;
    esac
    return 1
}

# --- A slot ---------------------------------------------------------------------------------------------------------

# slot_loop N: takes tasks until the worker ends.
slot_loop() {
    slot=$directory/slots/$1
    io=$slot/slot
    mkdir -p "$slot"
    [ -z "$user_way" ] || chmod 711 "$slot"
    stopping=
    child=
    trap on_stop TERM
    # $$ is the keeper's.
    self=$(exec sh -c 'echo "$PPID"')
    command_of "$self" >"$slot/shell.command"
    echo "$self" >"$slot/shell"
    slot_process=$self
    poll_pause=1
    poll_cuts=0 poll_answers=0
    while is_wanted; do
        if is_fit && poll; then
            run_task
            rm -f "$slot/claim"
            [ -z "$once" ] || : >"$run/draining"
        fi
    done
    rm -f "$slot/shell"
}

# Whether to take another task. Another keeper has another $run.
is_wanted() {
    [ -z "$stopping" ] && [ ! -e "$run/draining" ] && is_kept
}

is_kept() {
    [ -d "$run" ] && [ ! -e "$run/stop" ] && is_alive "$$"
}

# is_fit: whether the machine is fit for a task. Says what is wrong, to the node as well, once and when it is over.
is_fit() {
    trouble_with_machine
    if [ -n "$unfit" ]; then
        if mkdir "$run/unfit.told" 2>/dev/null; then
            printf '%s\n' "$unfit" >"$run/unfit"
            say "takes no tasks: this worker $unfit"
        fi
        # The answer tells the node's clock, too.
        announce
        nap 10
        return 1
    fi
    if rmdir "$run/unfit.told" 2>/dev/null; then
        rm -f "$run/unfit"
        say 'takes tasks again'
        announce
    fi
    return 0
}

# is_working_time: whether the machine's owner lets it work at this time of the day.
is_working_time() {
    [ -n "$hours" ] || return 0
    clock=$(date +%H%M)
    printf '%s' "$hours" | awk -v clock="$clock" '{
        split($0, span, "-")
        from = (substr(span[1], 1, 2) substr(span[1], 4)) + 0
        to = (substr(span[2], 1, 2) substr(span[2], 4)) + 0
        now = clock + 0
        if (from < to ? now >= from && now < to : now >= from || now < to) open = 1
    }
    END { exit !open }'
}

# trouble_with_machine: sets unfit to what is wrong with it, as a part of a sentence that begins with the worker. A
# task that finds the disk full fails for nothing; times of a clock that is far off mislead builds and people.
trouble_with_machine() {
    unfit=
    if ! is_working_time; then
        unfit="works at $(printf '%s' "$hours" | tr '\n' ' ' | sed 's/ *$//; s/ /, /g') only, by its owner's rules"
        return
    fi
    if is_disk_below 1073741824 20; then
        unfit="has a disk that is nearly full: $((free / 1024)) MiB are free in $directory"
        return
    fi
    read -r clock_ahead 2>/dev/null <"$run/clock" || return 0
    if [ "$clock_ahead" -gt 300 ]; then
        unfit="has a clock that is $((clock_ahead / 60)) minutes behind the node's: set one of them right"
    elif [ "$clock_ahead" -lt -300 ]; then
        unfit="has a clock that is $((-clock_ahead / 60)) minutes ahead of the node's: set one of them right"
    fi
}

# note_poll: lets the keeper cut a request for a task short when the worker drains. The node gives a task that was on
# its way to others.
note_poll() {
    echo "$child" >"$slot/poll"
    [ ! -e "$run/draining" ] || kill -s TERM "$child" 2>/dev/null
}

# is_poll_cut: whether a request for a task that was in vain may have been cut for its silence, as proxies do. If that
# happens twice in a row, shorter ones are made: else most of the time there would be none that can be answered.
is_poll_cut() {
    poll_lasted=$(($(seconds) - asked_at))
    is_connected && [ "$status" -ne 28 ] && [ "$poll_lasted" -ge 3 ] || return 1
    [ -z "$stopping" ] && [ ! -e "$run/draining" ] || return 1
    poll_cuts=$((poll_cuts + 1))
    poll_answers=0
    if [ "$poll_cuts" -gt 1 ] && [ "$((poll_lasted * 2 / 3))" -lt "$poll_seconds" ]; then
        poll_seconds=$((poll_lasted * 2 / 3))
    fi
}

# note_answer: of a request for a task. After many of them longer waits are tried again.
note_answer() {
    poll_cuts=0
    poll_answers=$((poll_answers + 1))
    [ "$poll_answers" -ge 20 ] && [ "$poll_seconds" -lt 30 ] || return 0
    poll_answers=0
    poll_seconds=$((poll_seconds * 2))
    [ "$poll_seconds" -le 30 ] || poll_seconds=30
}

# poll: waits for a task. Fails if there is none for now; its text is in $io.body.
poll() {
    patience=$((poll_seconds + 15))
    asked_at=$(seconds)
    polling=1
    http POST "$session_path/claim?wait=$poll_seconds" -d ''
    polling=
    rm -f "$slot/poll"
    patience=30
    case $code in
    000 | 5??) ! is_poll_cut || return 1 ;;
    *) note_answer ;;
    esac
    [ -z "$stopping" ] || return 1
    [ "$code" != 000 ] || [ ! -e "$run/draining" ] || return 1
    case $code in
    200 | 204)
        poll_pause=1
        rmdir "$run/away" 2>/dev/null && say "the node at $url answers again"
        hear_clock
        hear_drain
        [ "$code" != 200 ] || return 0
        # A node that does not let wait shall not be asked all the time.
        [ "$(seconds)" -gt "$((asked_at + 1))" ] || nap 2
        ;;
    404) announce || nap 2 ;;
    429) nap 2 ;;
    *)
        trouble_of
        if mkdir "$run/away" 2>/dev/null; then
            say "$trouble; tries again"
        fi
        pause=$poll_pause
        retry_nap
        poll_pause=$pause
        ;;
    esac
    return 1
}

# hear_drain: says once that an operator wants the worker to take nothing, and once that it may again.
hear_drain() {
    header coil-drained
    if [ -n "$value" ]; then
        if mkdir "$run/drained" 2>/dev/null; then
            say "an operator has drained this worker ($value): it takes nothing until it is resumed"
        fi
    elif rmdir "$run/drained" 2>/dev/null; then
        say 'an operator has resumed this worker'
    fi
}

# --- A task ---------------------------------------------------------------------------------------------------------

# read_task: sets what the text in $io.body says, and makes the files of its lists, one word group a line.
read_task() {
    for list in env checkout download artifact cache exit; do
        : >"$slot/task.$list"
    done
    task_ref='' task_event='' task_commit=''
    claim='' project='' task_run='' task='' attempt='' timeout=0 shell=sh tty='' task_directory='' workdir=''
    tree='' keep_tree='' generates='' script_blob='' task_memory='' task_disk='' unnameable=''
    header_bytes=0
    while IFS= read -r line; do
        header_bytes=$((header_bytes + ${#line} + 1))
        [ -n "$line" ] || break
        words=${line#* }
        case ${line%% *} in
        claim) unescape "$words" && claim=$plain ;;
        project) unescape "$words" && project=$plain ;;
        run) task_run=$words ;;
        task) unescape "$words" && task=$plain ;;
        attempt) attempt=$words ;;
        timeout) timeout=$words ;;
        shell) shell=$words ;;
        tty) tty=$words ;;
        ref) unescape "$words" && task_ref=$plain ;;
        event) unescape "$words" && task_event=$plain ;;
        directory) unescape "$words" && task_directory=$plain ;;
        workdir) unescape "$words" && workdir=$plain ;;
        tree) tree=$words ;;
        keep-tree) keep_tree=$words ;;
        generates) unescape "$words" && generates=$plain ;;
        script) script_blob=$words ;;
        memory) task_memory=$words ;;
        disk) task_disk=$words ;;
        env | checkout | download | artifact | cache | exit) printf '%s\n' "$words" >>"$slot/task.${line%% *}" ;;
        esac
    done <"$io.body"
    tail -c "+$((header_bytes + 1))" "$io.body" >"$slot/script"
    task_memory=${task_memory:-$memory_bytes}
    owners_time=
    if [ -n "$longest" ] && { [ "$timeout" -eq 0 ] || [ "$timeout" -gt "$longest" ]; }; then
        timeout=$longest
        owners_time=1
    fi
    marker_word=$(awk '$1 == "COIL_CLAIM" { word = $2 } END { print word }' "$slot/task.env")
    unescape "${marker_word:-$claim}"
    marker=$plain
}

# run_task: takes the task in $io.body through its stages, and reports.
run_task() {
    task_started=$(millis)
    throw_away "$slot/ws"
    throw_away "$slot/stage.scratch"
    rm -rf "$slot"/sender.* "$slot"/watch.* "$slot"/stage.* "$slot"/task.* "$slot"/kept* "$slot"/tail.* "$slot/script" \
        "$slot/pipe" "$slot/lost" "$slot/verdict" "$slot/fault" "$slot/marks" "$slot/full" "$slot/running" \
        "$slot/ended" "$slot/root" "$slot/generated" "$slot/trouble" "$slot/pumped" "$slot/over" \
        "$slot/disk-was-full" "$io.killed"
    : >"$slot/log"
    echo 0 >"$slot/sent"
    read_task
    find_workspace
    echo "$marker" >"$slot/marker"
    echo "$claim" >"$slot/claim"
    claim_path=$session_path/claims/$claim
    is_kept || {
        give_back
        return
    }
    may_take || {
        # The node knows the rules and does not hand out such tasks; if it does all the same, they still hold.
        say "gives back $project#$task_run $task: $refusal"
        give_back "the worker $refusal"
        nap 5
        return
    }
    say "runs $project#$task_run $task, attempt $attempt, in slot ${slot##*/}"
    mark 0
    sender </dev/null &
    sender_pid=$!
    watch </dev/null &
    watch_pid=$!
    outcome='' exit_code='' label='' reason=''
    task_began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    stages
    finish_task
    record
}

# record: the owner's, of all that ran, a line each; at some 8 MiB it begins anew, and the former one stays beside it.
record() {
    task_commit=
    [ ! -e "$slot/task.checkout" ] || task_commit=$(awk '$1 == "own" { print $2; exit }' "$slot/task.checkout")
    [ ! -e "$slot/lost" ] || outcome=lost
    size_of "$directory/ran.log"
    [ "${size:-0}" -lt 8388608 ] || mv -f "$directory/ran.log" "$directory/ran.log.1"
    printf '%s %s attempt=%s commit=%s ref=%s event=%s outcome=%s seconds=%s\n' "$task_began" \
        "$project#$task_run $task" "$attempt" "${task_commit:--}" "${task_ref:--}" "${task_event:--}" \
        "${outcome:-given-back}" "$(($(date +%s) - ${task_started%???}))" >>"$directory/ran.log"
}

# may_take: whether the owner's rules allow the task; sets refusal if they do not.
may_take() {
    refusal=
    allows project "$project" "$project" || refusal="takes no project '$project'"
    short_ref=${task_ref#refs/heads/}
    [ -n "$refusal" ] || allows ref "$task_ref" "${short_ref#refs/tags/}" || refusal="takes no ref '$task_ref'"
    [ -n "$refusal" ] || allows event "$task_event" "$task_event" || refusal="takes no event '$task_event'"
    [ -n "$refusal" ] || [ "$task_event" != pull_request_fork ] ||
        grep -qxF -e "$task_event" -e '*' "$run/rules.event" ||
        refusal="takes no pull requests from other repositories, unless its owner says --event $task_event"
    [ -z "$refusal" ]
}

# allows WHAT VALUE OTHER: whether a rule with ! matches neither, and one of the others, if there are any, one of them.
allows() {
    wanted='' allowed=''
    while IFS= read -r glob; do
        matches=
        # shellcheck disable=SC2254 # they are globs
        case $2 in ${glob#!}) matches=1 ;; esac
        # shellcheck disable=SC2254
        case $3 in ${glob#!}) matches=1 ;; esac
        case $glob:$matches in
        !*:1) return 1 ;;
        !*) ;;
        *:1) wanted=1 allowed=1 ;;
        *) wanted=1 ;;
        esac
    done <"$run/rules.$1"
    [ -z "$wanted" ] || [ -n "$allowed" ]
}

stages() {
    if is_gate; then
        outcome=success
        return
    fi
    run_stage fetch_stage || return 0
    run_script || return 0
    rm -f "$slot/running"
    : >"$slot/ended"
    run_stage keep_stage || return 0
}

# Nothing to run and nothing to keep: the task only waits for others.
is_gate() {
    [ ! -s "$slot/script" ] && [ -z "$script_blob$keep_tree$generates" ] && [ ! -s "$slot/task.artifact" ]
}

# run_stage FUNCTION: in a process of its own, so that the watch can end it. Fails if the task is over with it: the
# outcome says how, unless there is a verdict.
run_stage() {
    [ ! -e "$slot/verdict" ] || return 1
    rm -f "$slot/fault"
    {
        trap - TERM
        stopping=
        io=$slot/stage
        own_process
        "$1"
    } </dev/null 2>"$slot/trouble" &
    stage=$!
    start_root "$stage" 0
    await "$stage"
    [ ! -e "$slot/verdict" ] || return 1
    [ "$status" -ne 0 ] || return 0
    if [ -s "$slot/fault" ]; then
        { read -r fault_outcome && IFS= read -r fault_reason; } <"$slot/fault"
    else
        fault_outcome=error
        fault_reason="a defect of the worker: its stage $1 ended with $status: $(sed -n '$p' "$slot/trouble")"
    fi
    # A task that failed does not fail otherwise for what it did not make.
    if [ "$fault_outcome" = error ]; then
        outcome=error exit_code='' label=''
    elif [ -z "$outcome" ] || [ "$outcome" = success ]; then
        outcome=$fault_outcome
    fi
    reason=$fault_reason
    rm -f "$slot/kept" "$slot/kept-tree" "$slot/generated"
    return 1
}

# own_process: sets self to the process of this copy of the shell.
own_process() {
    self=$(exec sh -c 'echo "$PPID"')
}

# start_root PID GROUP: from now on the watch ends this one.
start_root() {
    echo "$1 $2" >"$slot/root.new"
    mv "$slot/root.new" "$slot/root"
    # The watch may have looked a moment ago for the last time.
    [ ! -e "$slot/verdict" ] || end_tree "$1" "$2" "$marker" 0
}

# fault OUTCOME REASON: ends a stage.
fault() {
    [ -z "${suspect-}" ] || {
        rm -f "$suspect"
        set -- "$1" "$use was deleted: $2"
    }
    log_line "coil: $2"
    printf '%s\n%s\n' "$1" "$(printf '%s' "$2" | tr '\n' ' ')" >"$slot/fault"
    exit 1
}

# --- The log --------------------------------------------------------------------------------------------------------

# log_line TEXT: what the worker itself says.
log_line() {
    printf '%s\n' "$1" >>"$slot/log"
}

# mark STREAM: what is added from now on is of this stream.
mark() {
    size_of "$slot/log"
    echo "$size $1" >>"$slot/marks"
}

# pump: carries what the script prints from the pipe into the log: the beginning as it comes, of the rest the end. One
# dd reads a few times, so that neither a flood nor a trickle costs a process for each piece.
pump() {
    head_only=1
    exec <"$slot/pipe"
    while :; do
        if [ -n "$head_only" ]; then
            moved=$(LC_ALL=C dd bs=65536 count=16 2>&1 >>"$slot/log")
            size_of "$slot/log"
            wait_for_sender
        else
            moved=$(LC_ALL=C dd bs=65536 count=16 2>&1 >>"$slot/tail.new")
            turn_tail
        fi
        case $moved in
        '0+0 '*) break ;;
        esac
        if [ -n "$head_only" ] && [ "$size" -ge "$log_head" ]; then
            head_only=
            [ -z "$(tail -c 1 "$slot/log")" ] || echo >>"$slot/log"
            mark 0
            log_line "coil: the log is cut here, as it is too long: of what follows only the end is kept, up to \
$log_tail bytes, and shown when the script has ended"
        fi
    done
    : >"$slot/pumped"
}

# A script that prints faster than the log can be sent waits.
wait_for_sender() {
    while [ ! -e "$slot/ended" ] && [ ! -e "$slot/full" ]; do
        pumped=0
        read -r pumped <"$slot/sent"
        [ "$((size - ${pumped:-0}))" -gt "$piece_bytes" ] || return 0
        sleep "$blink"
    done
}

# The newest pieces of the end are in tail.new, older ones in tail.old; what is older still is forgotten.
turn_tail() {
    size_of "$slot/tail.new"
    if [ "$size" -ge "$log_tail" ]; then
        mv "$slot/tail.new" "$slot/tail.old"
        size_of "$slot/tail.old"
        echo "$size" >>"$slot/tail.sizes"
    fi
}

# show_tail: adds the end of what was too long, when the script has ended.
show_tail() {
    [ -e "$slot/tail.new" ] || [ -e "$slot/tail.old" ] || return 0
    cat "$slot/tail.old" "$slot/tail.new" 2>/dev/null | tail -c "$log_tail" >"$slot/tail.end"
    size_of "$slot/tail.new"
    echo "$size" >>"$slot/tail.sizes"
    size_of "$slot/tail.end"
    left_out=$(awk -v shown="$size" '{ n += $1 } END { printf "%.0f", n - shown }' "$slot/tail.sizes")
    mark 0
    log_line "coil: $left_out bytes of output are left out here"
    mark 1
    cat "$slot/tail.end" >>"$slot/log"
    rm -f "$slot"/tail.*
}

# sender: sends the log while it grows. The first word comes at once: until then the node cannot know whether the task
# has come.
sender() {
    io=$slot/sender
    longest_pause=2
    trap on_stop TERM
    silent=$heartbeat_seconds
    while [ -z "$stopping" ] && [ ! -e "$slot/over" ]; do
        send_log
        [ ! -e "$slot/lost" ] || exit 0
        nap 1
        is_alive "$self" || exit 0
        silent=$((silent + 1))
    done
}

# send_log: sends what is new, and if that is nothing, now and then that the task goes on. What is not answered is sent
# again until it is, also while the node is away.
send_log() {
    read -r sent <"$slot/sent"
    while [ -z "$stopping" ] && [ ! -e "$slot/lost" ]; do
        size_of "$slot/log"
        if [ -e "$slot/full" ] || [ "$sent" -ge "$size" ]; then
            [ "$silent" -ge "$heartbeat_seconds" ] || return 0
            ask PUT "$claim_path/log" --data-binary '' -H 'Content-Type:'
            hear_log_answer
            return 0
        fi
        cut_piece
        ask PUT "$claim_path/log" -H "Content-Range: bytes $sent-$((sent + piece - 1))/*" -H "coil-stream: $stream" \
            -T "$io.piece"
        [ "$code" != 204 ] || sent=$((sent + piece))
        hear_log_answer
        echo "$sent" >"$slot/sent.new"
        mv "$slot/sent.new" "$slot/sent"
    done
}

# cut_piece: puts what comes next into $io.piece, and sets piece to its length and stream. Of one stream alone, so it
# ends at the next mark.
cut_piece() {
    piece=$((size - sent))
    stream=1
    while read -r mark_at mark_stream; do
        if [ "$mark_at" -le "$sent" ]; then
            stream=$mark_stream
        elif [ "$((mark_at - sent))" -lt "$piece" ]; then
            piece=$((mark_at - sent))
        fi
    done <"$slot/marks"
    [ "$piece" -le "$piece_bytes" ] || piece=$piece_bytes
    # dd takes a whole block from a file, and from a pipe what there is.
    tail -c "+$((sent + 1))" "$slot/log" >"$io.rest"
    dd if="$io.rest" of="$io.piece" bs="$piece" count=1 2>/dev/null
}

hear_log_answer() {
    case $code in
    2??) silent=0 ;;
    409)
        cp "$io.body" "$slot/lost"
        echo >>"$slot/lost"
        ;;
    413) : >"$slot/full" ;;
    416)
        header content-range
        case ${value##*/} in
        '' | *[!0-9]*) ;;
        *) sent=${value##*/} ;;
        esac
        ;;
    esac
}

# --- The watch ------------------------------------------------------------------------------------------------------

# watch: looks once a second whether the task may go on, and ends its stage if not.
watch() {
    io=$slot/watch
    trap on_stop TERM
    looks=0
    halted=0
    disk_used_below=0
    time_left=$timeout
    looked_at=$(seconds)
    while [ -z "$stopping" ]; do
        nap 1
        [ -z "$stopping" ] && [ ! -e "$slot/over" ] || exit 0
        looks=$((looks + 1))
        if ! is_alive "$self"; then
            judge stop 'its slot is gone'
        elif ! is_kept; then
            judge stop 'the worker stops'
        elif [ -e "$slot/lost" ]; then
            judge lost "$(sed -n 1p "$slot/lost")"
        elif [ ! -e "$slot/ended" ]; then
            look_at_clock
            [ ! -e "$slot/running" ] || look_at_script
        fi
    done
}

# judge KIND REASON: ends what runs, and the watch. The next stage may just have been started.
judge() {
    printf '%s\n%s\n' "$1" "$2" >"$slot/verdict.new"
    mv "$slot/verdict.new" "$slot/verdict"
    ended_root=
    while read -r root root_group 2>/dev/null <"$slot/root" && [ "$root" != "$ended_root" ]; do
        end_tree "$root" "$root_group" "$marker" "$grace_seconds"
        ended_root=$root
    done
    exit 0
}

# Only that counts in which this process ran: while the machine slept, the script got no further either.
look_at_clock() {
    [ "$timeout" -gt 0 ] || return 0
    look_now=$(seconds)
    passed=$((look_now - looked_at))
    looked_at=$look_now
    [ "$passed" -ge 0 ] || passed=0
    [ "$passed" -le 5 ] || passed=5
    time_left=$((time_left - passed))
    [ "$time_left" -le 0 ] || return 0
    if [ -n "$owners_time" ]; then
        judge timeout "ran longer than this machine's owner lets tasks run: $(duration_text "$timeout")"
    else
        judge timeout "ran longer than its timeout of $(duration_text "$timeout")"
    fi
}

look_at_script() {
    read -r root root_group 2>/dev/null <"$slot/root" || return 0
    # Where nothing else tells of those that leave the tree, they must have been seen in it.
    if [ -n "$task_memory" ] || [ -z "$environments" ] || [ "$((looks % 5))" -eq 0 ]; then
        members "$root" "$root_group" "$marker"
        [ -z "$task_memory" ] || look_at_memory
        look_for_standstill
    fi
    look_at_disk
}

look_at_memory() {
    awk -v limit="$task_memory" '{ n += $2 } END { exit n * 1024 > limit ? 0 : 1 }' "$io.members" || return 0
    # Pages that several processes share count once; Linux tells, if one has the time.
    for process in $living; do
        awk -v pid="$process" '/^Pss:/ { n += $2 } END { print n + 0 }' "/proc/$process/smaps_rollup" 2>/dev/null
    done >"$io.shares"
    if awk -v limit="$task_memory" '{ n += $1 } END { exit n == 0 || n * 1024 > limit ? 0 : 1 }' "$io.shares"; then
        judge memory "used more than $(bytes_text "$task_memory") of memory"
    fi
}

# If all of a task's processes are stopped, none of them can wake another.
look_for_standstill() {
    if awk '$3 != "T" { exit 1 } END { if (!NR) exit 1 }' "$io.members"; then
        look_now=$(seconds)
        [ "$halted" -ne 0 ] || halted=$look_now
        if [ "$((look_now - halted))" -ge "$standstill_seconds" ]; then
            member_names >"$io.stopped"
            judge stopped "stopped itself: $(joined_names "$io.stopped") got SIGSTOP or alike"
        fi
    else
        halted=0
    fi
}

# To measure is slow: it is done besides, once a minute, and when the file system has lost as much as would be too much.
look_at_disk() {
    if [ -n "$measuring" ]; then
        ! is_alive "$measuring" || return 0
        wait "$measuring" 2>/dev/null
        measuring=
        used=$(awk '{ print $1; exit }' "$io.du")
        measured_look=$looks
        disk_limit=$(awk -v bytes="${task_disk:-$disk_bytes}" 'BEGIN { printf "%.0f", bytes / 1024 }')
        if awk -v used="${used:-0}" -v limit="$disk_limit" 'BEGIN { exit used > limit ? 0 : 1 }'; then
            judge disk "used more than $(bytes_text "${task_disk:-$disk_bytes}") of disk"
        fi
        # It can have grown too large only when the file system has less than this.
        disk_used_below=$(awk -v free="$free_then" -v used="${used:-0}" -v limit="$disk_limit" \
            'BEGIN { printf "%.0f", free - (limit - used) }')
    elif [ -z "$measured_look" ] || [ "$((looks - measured_look))" -ge 60 ] ||
        { [ "$((looks % 5))" -eq 0 ] && is_free_below "$disk_used_below"; }; then
        disk_of "$slot"
        free_then=${free:-0}
        du -skx "$workspace" >"$io.du" 2>/dev/null &
        measuring=$!
    fi
}

is_free_below() {
    ! is_disk_below 8388608 100 "$slot" || : >"$slot/disk-was-full"
    awk -v free="${free:-0}" -v limit="$1" 'BEGIN { exit free < limit ? 0 : 1 }'
}

# --- Paths of the graph ---------------------------------------------------------------------------------------------

# normal PATH: sets normal to a relative path without dots. Fails if it leads above where it begins.
normal() {
    normal=
    normal_rest=$1/
    while [ -n "$normal_rest" ]; do
        normal_part=${normal_rest%%/*}
        normal_rest=${normal_rest#*/}
        case $normal_part in
        '' | .) ;;
        ..)
            case $normal in
            '') return 1 ;;
            */*) normal=${normal%/*} ;;
            *) normal= ;;
            esac
            ;;
        *) normal=${normal:+$normal/}$normal_part ;;
        esac
    done
}

# resolve PATH: sets resolved to where a path leads, over all links. Fails if that is nowhere.
resolve() {
    resolved=$1
    hops=0
    while [ -h "$resolved" ]; do
        hops=$((hops + 1))
        [ "$hops" -le 40 ] || return 1
        link=$(readlink "$resolved" && echo x) || return 1
        link=${link%?x}
        case $link in
        /*) resolved=$link ;;
        *) resolved=$(dirname "$resolved")/$link ;;
        esac
    done
    if [ -d "$resolved" ]; then
        resolved=$(cd -P "$resolved" 2>/dev/null && pwd -P)
    else
        resolved_in=$(cd -P "$(dirname "$resolved")" 2>/dev/null && pwd -P) || return 1
        resolved=${resolved_in%/}/$(basename "$resolved")
    fi
}

# inside USE PATH BASE: sets place to a path of the graph below a directory, unless it leads out of there. USE is what
# it is for, to begin a sentence with.
inside() {
    case $2 in
    /*) fault failure "$1: $2 is outside the task's directory" ;;
    esac
    normal "$2" || fault failure "$1: $2 is outside the task's directory"
    place=$3${normal:+/$normal}
    existing=$place
    until [ -e "$existing" ] || [ -h "$existing" ]; do
        existing=${existing%/*}
    done
    resolve "$existing" || resolved=/
    # A task may have deleted its whole workspace, of which then only a parent is left.
    case $workspace/ in
    "$resolved"/*) return ;;
    esac
    case $resolved/ in
    "$workspace"/*) ;;
    *) fault failure "$1: $2 leads out of the workspace over a symbolic link" ;;
    esac
}

# --- Fetch ----------------------------------------------------------------------------------------------------------

# fetch_stage: makes the workspace that the task starts in.
fetch_stage() {
    [ -z "$unnameable" ] ||
        fault error "this worker's shell cannot hold what the task names ($unnameable): start it in a locale with \
UTF-8, or with another shell"
    [ -z "$user_way" ] || umask 022
    [ -z "$lineage" ] || hold_lineage
    throw_away "$workspace" ||
        fault error "this worker cannot make a workspace: $workspace is there and cannot be deleted"
    mkdir -p "$workspace" || fault error "this worker cannot make a workspace: $workspace"
    [ -z "$user_way" ] || chmod 700 "$workspace"
    if [ -n "$tree" ]; then
        fetch_blob "$tree"
        unpack "$blob" "$workspace"
        adopt
        log_line "coil: starts in the tree that the task of 'from' left"
    else
        check_out_all
    fi
    make_start
    download_all
    restore_caches
    if [ -n "$script_blob" ]; then
        fetch_blob "$script_blob"
        cp "$blob" "$slot/script" || fault error "cannot write $slot/script"
    fi
    give_to_user "$workspace"
    [ -n "$user_way" ] || return 0
    chmod go-rwx "$slot"/stage.* 2>/dev/null
    chgrp "$task_gid" "$slot/script" || fault error "cannot give $slot/script to the task"
    chmod 640 "$slot/script"
}

# What a build leaves is often tied to where it was made, so a task that starts in a tree which this worker made gets
# its path, and waits while another one has it.
hold_lineage() {
    while ! seize "$workspace.lock" "$slot_process"; do
        [ -n "$told_waiting" ] || log_line 'coil: waits for another task that runs in the same tree on this worker'
        told_waiting=1
        nap 1
    done
}

# find_workspace: sets workspace, and lineage if it must be at a place of its own.
find_workspace() {
    lineage=
    workspace=$slot/ws
    if [ -n "$tree$keep_tree" ]; then
        lineage=$(cat "$run/lineages/$tree" 2>/dev/null) ||
            lineage=$(printf '%s' "$project-$task_run-$task" | LC_ALL=C tr -c 'A-Za-z0-9._-' _)
        workspace=$directory/trees/$lineage
    fi
    normal "$task_directory" || normal=
    start=$workspace${normal:+/$normal}
}

# Only a checkout brings the graph's directory along; elsewhere it is made, so that paths mean the same.
make_start() {
    mkdir -p "$start" 2>/dev/null || fault error "cannot make the graph's directory $task_directory"
    [ "$(cd -P "$start" && pwd -P)" = "$start" ] ||
        fault error "the graph's directory $task_directory is behind a symbolic link"
}

# fetch_blob SHA256: sets blob to a file with that content.
fetch_blob() {
    blob=$directory/cache/$1
    if [ -f "$blob" ]; then
        touch "$blob"
        return
    fi
    deadline=$(($(seconds) + 60))
    patience=0
    while :; do
        ask GET "/api/v1/blobs/$1"
        [ "$code" = 200 ] || {
            trouble_of
            fault error "cannot fetch blob $1: $trouble"
        }
        digest_of "$io.body"
        [ "$digest" != "$1" ] || break
        [ "$(seconds)" -lt "$deadline" ] || fault error "cannot fetch blob $1: what came has the digest $digest"
        nap 2
    done
    mv "$io.body" "$blob.$self.part" && mv "$blob.$self.part" "$blob" || fault error "cannot write $blob"
    deadline=
    prune "$directory/cache" "$cache_bytes"
}

# prune DIRECTORY BYTES: what was not used for longest goes first.
prune() {
    # shellcheck disable=SC2012 # names of the worker's own
    ls -lnt "$1" | awk -v most="$2" 'NF >= 9 { kept += $5; if (kept > most) print $9 }' | while read -r old; do
        rm -f "$1/$old"
    done
}

# unpack ARCHIVE DIRECTORY: over what is there. No entry comes to lie outside, also not through a link that is there.
unpack() {
    list_archive "$1"
    tr '/' '\n' <"$io.names" | grep -qx '\.\.' && unpack_refuse "$(grep '\.\.' "$io.names" | sed -n 1p)"
    ! grep -q '^/' "$io.names" || unpack_refuse "$(grep '^/' "$io.names" | sed -n 1p)"
    # What a worker packs is files, directories, which end in a slash, and links.
    special=$(gzip -dc <"$1" | LC_ALL=C tar -tvf - 2>/dev/null | grep '^[^dl-]' | sed -n 1p)
    [ -z "$special" ] || fault error "the archive has an entry that is neither file, directory nor link: $special"
    mkdir -p "$2" || fault error "cannot make $2"
    LC_ALL=C awk -F/ -v through="$io.through" '
        !/\/$/ { leaf[$0] = 1 }
        {
            path = ""
            for (i = 1; i < NF; i++) {
                path = path (i > 1 ? "/" : "") $i
                if (!seen[path]++) print path
            }
        }
        END { for (path in seen) if (path in leaf) print path >through }' "$io.names" >"$io.parents"
    if [ -s "$io.through" ]; then
        through=$(sed -n 1p "$io.through")
        rm -f "$io.through"
        unpack_refuse "$through/"
    fi
    while IFS= read -r parent; do
        [ ! -h "$2/$parent" ] || unpack_refuse "$parent"
    done <"$io.parents"
    # Modes as they were, owners not; and nobody shall become another user by what an archive brings.
    (cd "$2" && umask 0 && gzip -dc <"$1" | tar -xof - 2>"$io.error") ||
        fault error "cannot unpack an archive: $(sed -n 1p "$io.error")"
    find "$2" -type f \( -perm -4000 -o -perm -2000 \) -exec chmod ug-s {} \; 2>/dev/null
}

unpack_refuse() {
    fault error "the archive's entry $1 would be written outside the directory it is unpacked to"
}

# list_archive ARCHIVE: its names, one a line, in the file $io.names. One that unpacked is larger than the task's part
# of the disk, be it by one file or by millions, is refused before anything is written.
list_archive() {
    rm -f "$io.broken"
    { gzip -dc <"$1" 2>"$io.error" || echo broken >"$io.broken"; } | wc -c >"$io.size"
    refuse_bomb
    { gzip -dc <"$1" 2>>"$io.error" || echo broken >"$io.broken"; } | tar -tf - >"$io.names" 2>>"$io.error" &&
        [ ! -e "$io.broken" ] || fault error "cannot read an archive: $(sed -n 1p "$io.error")"
}

refuse_bomb() {
    awk -v limit="${task_disk:-$disk_bytes}" '{ exit $1 > limit ? 0 : 1 }' "$io.size" || return 0
    too_much="more than $(bytes_text "${task_disk:-$disk_bytes}") would be unpacked"
    fault failure "its inputs do not fit into the disk that the task may use: $too_much \
(resources: {disk: …} asks for more)"
}

download_all() {
    while read -r download_sha download_word <&3; do
        unescape "$download_word"
        download_path=$plain
        inside "download to $download_path" "$download_path" "$start"
        fetch_blob "$download_sha"
        unpack_to "$blob" "$download_path"
        log_line "coil: unpacked an artifact to $download_path"
    done 3<"$slot/task.download"
}

# unpack_to ARCHIVE PATH: to $place, of that path. An archive of a directory begins with the directory itself; another
# one is of one file.
unpack_to() {
    list_archive "$1"
    case $2:$(sed -n 1p "$io.names") in
    */:* | *:./) unpack "$1" "$place" ;;
    *)
        if [ -d "$place" ]; then
            unpack "$1" "$place"
        else
            unpack_one "$1" "$place"
        fi
        ;;
    esac
}

# restore_caches: what earlier tasks have left on this worker. One that cannot be unpacked is gone afterwards.
restore_caches() {
    while read -r cache_key cache_word cache_when <&3; do
        find_cache
        if [ ! -f "$cache" ]; then
            log_line "coil: $use: this worker has none yet"
            continue
        fi
        touch "$cache"
        suspect=$cache
        inside "$use" "$cache_path" "$start"
        unpack_to "$cache" "$cache_path"
        suspect=
        log_line "coil: unpacked $use"
    done 3<"$slot/task.cache"
}

# find_cache: sets cache to the archive of $cache_key and $cache_word, for this project.
find_cache() {
    unescape "$cache_word"
    cache_path=$plain
    unescape "$cache_key"
    use="cache '$cache_path'"
    printf '%s\n%s\n%s' "$project" "$plain" "$cache_path" >"$io.name"
    digest_of "$io.name"
    cache=$directory/caches/$digest
}

# keep_caches: for later tasks on this worker, which must be able to do without: nothing that goes wrong is a fault.
keep_caches() {
    while read -r cache_key cache_word cache_when <&3; do
        [ "$outcome" = success ] || [ "$cache_when" = always ] || continue
        find_cache
        (
            fault() {
                log_line "coil: $use: not kept: $2"
                exit 1
            }
            keep_cache
        ) || :
    done 3<"$slot/task.cache"
}

keep_cache() {
    [ "$task_event" != pull_request_fork ] ||
        fault failure 'pull requests from other repositories leave none'
    [ "$caches_bytes" != 0 ] || fault failure "this worker's owner does not want any"
    inside "$use" "$cache_path" "$start"
    pack_place "$cache_path" || fault failure 'nothing is there'
    size_of "$io.archive"
    ! is_more "$size" "$caches_bytes" ||
        fault failure "its $size bytes are more than the $caches_bytes that this worker keeps of all caches"
    mv -f "$io.archive" "$cache.$self.part" && mv -f "$cache.$self.part" "$cache" || fault failure "cannot write $cache"
    prune "$directory/caches" "$caches_bytes"
    case $files in
    1) log_line "coil: $use: kept 1 file, $size bytes on this worker" ;;
    *) log_line "coil: $use: kept $files files, $size bytes on this worker" ;;
    esac
}

# unpack_one ARCHIVE FILE
unpack_one() {
    [ "$(wc -l <"$io.names")" -eq 1 ] || fault error 'the archive should hold one file, and holds more'
    throw_away "$slot/stage.one"
    unpack "$1" "$slot/stage.one"
    mkdir -p "$(dirname "$2")" && mv -f "$slot/stage.one/$(sed -n 1p "$io.names")" "$2" || fault error "cannot write $2"
    throw_away "$slot/stage.one"
}

# --- Checkouts ------------------------------------------------------------------------------------------------------

# run_git ARGUMENT...: with nothing of the user's: no configuration, no hooks, no prompts, no credentials.
run_git() {
    HOME=$directory/mirrors XDG_CONFIG_HOME=$directory/mirrors GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 \
        GIT_TERMINAL_PROMPT=0 GIT_ASKPASS=true GIT_ADVICE=0 LC_ALL=C \
        GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$url/.extraHeader" \
        GIT_CONFIG_VALUE_0="${key:+Authorization: Bearer $key}" \
        git -c core.hooksPath=/dev/null -c gc.auto=0 -c maintenance.auto=false -c advice.detachedHead=false \
        -c core.bigFileThreshold=1m -c core.packedGitWindowSize=16m -c core.packedGitLimit=128m \
        -c core.quotePath=false -c http.lowSpeedLimit=1 -c http.lowSpeedTime=60 -c protocol.file.allow=always \
        "$@" </dev/null
}

has_git() {
    command -v git >/dev/null 2>&1
}

git_damage='inflate|corrupt|unpack|loose object|bad object|packfile|unable to read|missing blob|mismatch'

# git_said: the line of $io.git that says why.
git_said() {
    grep -e '^fatal:' -e '^error:' "$io.git" | sed -n 1p | grep . || sed -n '$p' "$io.git"
}

check_out_all() {
    while read -r role commit place_word submodules large <&3; do
        unescape "$place_word"
        checkout_path=$plain
        case $role in
        own) inside "checkout of the project's own repository" "$checkout_path" "$workspace" ;;
        *) inside "checkout of an input" "$checkout_path" "$start" ;;
        esac
        if [ "$role$checkout_path" != own ]; then
            if { [ -e "$place" ] || [ -h "$place" ]; } && ! rmdir "$place" 2>/dev/null; then
                fault failure "checkout: there is something at '$checkout_path' already: give it another 'path'"
            fi
            mkdir -p "$place"
            hide "$place"
        fi
        checkout_place=$place
        if has_git && can_hold "$commit"; then
            check_out "$commit" "$checkout_place"
            log_line "coil: checked out $commit${checkout_path:+ to $checkout_path}"
            [ "$submodules" = none ] || check_out_submodules "$checkout_place" "$submodules"
        else
            unpack_commit "$commit" "$checkout_place" "$submodules"
            log_line "coil: unpacked $commit${checkout_path:+ to $checkout_path}, without git"
        fi
        fill_large_files "$checkout_place" "$large"
    done 3<"$slot/task.checkout"
}

# hide PLACE: keeps git from taking a repository in another one's work tree for an untracked file.
hide() {
    [ -d "$workspace/.git" ] && [ ! -h "$workspace/.git" ] || return 0
    mkdir -p "$workspace/.git/info"
    printf '/%s/\n' "$(printf '%s' "${1#"$workspace"/}" | sed 's/[\\*?[ ]/\\&/g')" >>"$workspace/.git/info/exclude"
}

# can_hold COMMIT: old gits know no SHA-256.
can_hold() {
    [ "${#1}" -ne 64 ] || run_git init --help 2>/dev/null | grep -q object-format ||
        { run_git init -q --bare --object-format=sha256 "$io.probe" >/dev/null 2>&1 && rm -rf "$io.probe"; }
}

# find_mirror COMMIT: sets mirror to the repository of the project that has it. A history that is cut off is second
# best.
find_mirror() {
    case $project:$1 in
    *[!A-Za-z0-9._:-]* | -* | .*) fault error "cannot fetch commit '$1' of '$project'" ;;
    esac
    absent=
    if [ "${#1}" -eq 64 ]; then
        fetch_commit "$1" sha256/ || fetch_commit "$1" shallow-sha256/ && return 0
    else
        fetch_commit "$1" '' || fetch_commit "$1" shallow/ && return 0
    fi
    fault error "cannot fetch commit $1: $absent"
}

# fetch_commit COMMIT KIND: fails if the node has it not among its repositories of a kind. It has come whole when its
# ref stands in the mirror: git writes refs last.
fetch_commit() {
    mirror=$directory/mirrors/$2$project.git
    [ ! -e "$mirror/refs/coil/commits/$1" ] || return 0
    mkdir -p "$(dirname "$mirror")"
    while ! seize "$mirror.lock" "$self"; do
        nap 1
    done
    fetch_into_mirror "$1" "/git/$2$project.git"
    fetched=$?
    rm -rf "$mirror.lock"
    return "$fetched"
}

# fetch_into_mirror COMMIT PATH: of the node's repository.
fetch_into_mirror() {
    give_up_at=$(($(seconds) + 60))
    pause=1
    until [ -e "$mirror/refs/coil/commits/$1" ]; do
        find_node
        if make_mirror "$1" && run_git --git-dir="$mirror" fetch --progress --update-shallow --no-tags \
            "$url$2" "+$1:refs/coil/commits/$1" >"$io.git" 2>&1; then
            return 0
        fi
        if grep -q -e 'not our ref' -e 'not found' -e 'does not exist' -e 'does not appear to be a git repository' \
            -e 'error: 4' "$io.git"; then
            absent=${absent:-$url$2 does not have it: git fetch: $(git_said)}
            return 1
        fi
        if [ "$(seconds)" -ge "$give_up_at" ]; then
            rm -rf "$mirror.lock"
            fault error "cannot fetch commit $1 of $project: git fetch: $(git_said)"
        fi
        nap "$pause"
        pause=$((pause < 5 ? pause * 2 : 5))
    done
}

# make_mirror COMMIT: made elsewhere and moved here whole, so that a git that is killed meanwhile leaves no half of one.
make_mirror() {
    if [ ! -e "$mirror/objects" ]; then
        made=$directory/mirrors/$self.new
        rm -rf "$made"
        case ${#1} in
        64) run_git init --quiet --bare --template= --object-format=sha256 "$made" >"$io.git" 2>&1 ;;
        *) run_git init --quiet --bare --template= "$made" >"$io.git" 2>&1 ;;
        esac || return 1
        throw_away "$mirror"
        mv "$made" "$mirror" || return 1
    fi
    # Those of a git that was killed would fail all later ones. Nobody else is at work here.
    find "$mirror" -name '*.lock' -exec rm -f {} \;
}

# check_out COMMIT PLACE: a work tree as a clone has one, whose objects stay in the mirror.
check_out() {
    find_mirror "$1"
    mkdir -p "$2/.git/objects/info" "$2/.git/refs/heads" || fault error "cannot write below $2"
    borrow "$2"
    echo "$1" >"$2/.git/HEAD"
    echo "$1" >"$2/.git/COIL_HEAD"
    {
        printf '[core]\n\trepositoryformatversion = %s\n' "$((${#1} == 64 ? 1 : 0))"
        printf '\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n'
        [ "${#1}" -ne 64 ] || printf '[extensions]\n\tobjectformat = sha256\n'
    } >"$2/.git/config"
    (cd "$2" && run_git read-tree --reset -u HEAD) >"$io.git" 2>&1 || {
        # A mirror is a cache: one in which git finds damage is made anew for the next task.
        if grep -qE "$git_damage" "$io.git"; then
            throw_away "$mirror"
        fi
        fault error "cannot prepare the workspace $workspace: git read-tree: $(git_said)"
    }
}

# borrow PLACE: points a work tree, also one that another worker made, at the mirror.
borrow() {
    echo "$mirror/objects" >"$1/.git/objects/info/alternates"
    # Where a history is cut off is not among the objects.
    [ ! -e "$mirror/shallow" ] || cp "$mirror/shallow" "$1/.git/shallow"
}

# check_out_submodules PLACE direct|recursive
check_out_submodules() {
    printf '%s\n' "$1" >"$io.repositories"
    while IFS= read -r repository <&4; do
        (cd "$repository" && run_git ls-files -s) 2>"$io.git" |
            LC_ALL=C awk -F '\t' '/^160000 / { split($1, entry, " "); print entry[2] " " $2 }' >"$io.modules"
        while read -r module_commit module_path <&5; do
            check_out "$module_commit" "$repository/$module_path"
            grep -q '^.submodule.$' "$repository/.git/config" ||
                printf '[submodule]\n\tactive = .\n' >>"$repository/.git/config"
            log_line "coil: checked out submodule $module_path at $module_commit"
            [ "$2" != recursive ] || printf '%s\n' "$repository/$module_path" >>"$io.repositories"
        done 5<"$io.modules"
    done 4<"$io.repositories"
}

# unpack_commit COMMIT PLACE SUBMODULES: where there is no git.
unpack_commit() {
    deadline=$(($(seconds) + 60))
    patience=0
    case $3 in
    none) ask GET "/api/v1/projects/$project/archives/$1.tar.gz" ;;
    *) ask GET "/api/v1/projects/$project/archives/$1.tar.gz?submodules=$3" ;;
    esac
    [ "$code" = 200 ] || {
        trouble_of
        fault error "cannot fetch commit $1: $trouble"
    }
    deadline=
    mv "$io.body" "$io.archive"
    unpack "$io.archive" "$2"
    rm -f "$io.archive"
}

# fill_large_files PLACE true|false: puts what Git LFS keeps elsewhere where a checkout left pointers. The submitter
# brought it as blobs, under the digests that stand in the pointers.
fill_large_files() {
    if [ "$2" != true ]; then
        ! grep -q filter=lfs "$1/.gitattributes" 2>/dev/null ||
            log_line "coil: Git LFS keeps the content of files here elsewhere, and they are pointers to it: 'checkout: \
{lfs: true}' brings the content"
        return 0
    fi
    filled=0
    : >"$io.filled"
    (cd "$1" && find . -name .git -prune -o -type f -size -3 -exec \
        grep -l '^version https://git-lfs.github.com/spec/v1$' {} +) >"$io.pointers"
    while IFS= read -r pointer <&4; do
        large_sha=$(sed -n 's/^oid sha256:\([0-9a-f]*\)$/\1/p' "$1/$pointer")
        [ "${#large_sha}" -eq 64 ] || continue
        fetch_blob "$large_sha"
        cat "$blob" >"$1/$pointer" || fault error "cannot write $pointer"
        printf '%s\n' "${pointer#./}" >>"$io.filled"
        filled=$((filled + 1))
    done 4<"$io.pointers"
    # Git would call them changed, as it has no filter that makes pointers of them again.
    if [ "$filled" -gt 0 ] && [ -e "$1/.git/index" ]; then
        while IFS= read -r pointer <&4; do
            (cd "$1" && run_git update-index --assume-unchanged -- "$pointer") >"$io.git" 2>&1
        done 4<"$io.filled"
    fi
    case $filled in
    1) log_line 'coil: got the content of 1 large file' ;;
    *) log_line "coil: got the content of $filled large files" ;;
    esac
}

# adopt: lets the repositories of a tree that was kept find their objects on this machine.
adopt() {
    find "$workspace" -type f -name COIL_HEAD 2>/dev/null >"$io.heads"
    [ -s "$io.heads" ] || return 0
    has_git || {
        log_line 'coil: this machine has no git, so the repositories in the tree lack their objects'
        return 0
    }
    while IFS= read -r head <&3; do
        repository=${head%/.git/COIL_HEAD}
        borrowed=$(sed -n 's/^\([0-9a-f]*\)$/\1/p' "$head")
        [ "$repository/.git/COIL_HEAD" = "$head" ] && [ -f "$repository/.git/objects/info/alternates" ] || continue
        # A task left the tree; what it links to is not to be written.
        for part in .git .git/objects .git/objects/info .git/objects/info/alternates .git/shallow; do
            [ ! -h "$repository/$part" ] || continue 2
        done
        case ${#borrowed} in
        40 | 64) find_mirror "$borrowed" && borrow "$repository" ;;
        esac
    done 3<"$io.heads"
}

# --- The script -----------------------------------------------------------------------------------------------------

# run_script: to its end, its timeout, or until it does what it may not; afterwards none of its processes is left. Fails
# if that is how the task ended, and nothing of it is to be kept.
run_script() {
    [ ! -e "$slot/verdict" ] || return 1
    if [ ! -d "$start/$workdir" ]; then
        script_fault failure "the working directory ${workdir##*/} does not exist"
        return 1
    fi
    write_launch || return 1
    mkfifo "$slot/pipe" || {
        script_fault error "cannot make $slot/pipe"
        return 1
    }
    # For scripts that open /dev/stdout.
    [ -z "$user_way" ] || chown "$task_uid" "$slot/pipe"
    mark 1
    {
        io=$slot/pump
        pump
    } </dev/null 2>/dev/null &
    pump_pid=$!
    exec 4>"$slot/pipe"
    {
        trap - TERM
        # The kernel shall prefer tasks to the worker when memory runs out.
        [ ! -w /proc/self/oom_score_adj ] || echo 500 >/proc/self/oom_score_adj
        umask "$usual_umask"
        # shellcheck disable=SC2086 # a program and its arguments
        { [ -n "$user_way" ] || cd "$start/$workdir"; } && in_session $pinned sh "$slot/launch"
    } </dev/null >&4 2>&1 &
    script_pid=$!
    exec 4>&-
    : >"$slot/running"
    start_root "$script_pid" "${session_way:+1}${session_way:-0}"
    await "$script_pid"
    script_status=$status
    end_script
}

# script_fault OUTCOME REASON
script_fault() {
    outcome=$1
    reason=$2
    log_line "coil: $2"
}

# write_launch: a file for a shell that becomes the script's, with nothing but the environment that the task is to have.
# Values go through awk, which has no opinion of their bytes.
write_launch() {
    task_path=$PATH
    path_word=$(awk '$1 == "PATH" { word = $2 } END { print word }' "$slot/task.env")
    [ -z "$path_word" ] || { unescape "$path_word" && task_path=$plain; }
    shell_command || return 1
    {
        printf 'exec env -i \\\n'
        quote "PATH=$PATH"
        [ -z "$task_home" ] || quote "HOME=$task_home"
        [ -z "${LANG+x}" ] || quote "LANG=$LANG"
        [ -z "$task_tmp" ] || quote "TMPDIR=$task_tmp"
        quote "COIL_URL=$url"
        [ -z "$tty" ] || quote TERM=xterm-256color
        LC_ALL=C awk -v q="'" '
            function quoted(word, parts, n, i, c, text) {
                n = split(word, parts, /\\0/)
                text = word == "\\c" ? "" : parts[1]
                for (i = 2; i <= n; i++) {
                    c = substr(parts[i], 1, 1) * 64 + substr(parts[i], 2, 1) * 8 + substr(parts[i], 3, 1)
                    text = text (c == 39 ? q "\\" q q : sprintf("%c", c)) substr(parts[i], 4)
                }
                return text
            }
            { print q quoted($1) "=" quoted($2) q " \\" }' "$slot/task.env"
        quote "COIL_CLAIM=$marker"
        cat "$slot/command"
        echo ''
    } >"$slot/launch"
    [ -z "$user_way" ] || write_user_launch
}

# shell_command: the command line that runs the script so that the first command that fails ends it, in $slot/command.
shell_command() {
    set -f
    set --
    for shell_word in $shell; do
        unescape "$shell_word"
        # shellcheck disable=SC2086 # a program and its arguments
        set -- "$@" $plain
    done
    set +f
    program=${1-}
    if ! is_program "$program"; then
        script_fault failure "this worker has no program '$program' to run the script with"
        return 1
    fi
    case ${program##*/} in
    bash)
        shift
        set -- "$program" --noprofile --norc "$@" -e -o pipefail
        ;;
    zsh | ksh | mksh) set -- "$@" -e -o pipefail ;;
    sh | dash | ash) set -- "$@" -e ;;
    esac
    set -- "$@" "$slot/script"
    if [ -n "$sandbox" ]; then
        set -- --bind "$workspace" "$workspace" --chdir "$start/$workdir" -- "$@"
        set -- --ro-bind "$slot/script" "$slot/script" "$@"
        [ ! -d "$directory/mirrors" ] || set -- --ro-bind "$directory/mirrors" "$directory/mirrors" "$@"
        case $task_home in
        "$directory"/*) set -- --dir "$task_home" "$@" ;;
        esac
        set -- --tmpfs "$directory" "$@"
        [ ! -d /run/systemd/resolve ] || set -- --ro-bind /run/systemd/resolve /run/systemd/resolve "$@"
        while IFS= read -r emptied; do
            set -- --tmpfs "$emptied" "$@"
        done <"$run/emptied"
        # shellcheck disable=SC2086 # options
        set -- "$sandbox" $walls "$@"
    fi
    if [ "$tty" = true ]; then
        terminal_command "$@" || return 1
    else
        for shell_word in "$@"; do
            quote "$shell_word"
        done >"$slot/command"
    fi
}

# is_program NAME: whether it is found in the task's PATH; relative paths are left to the system.
is_program() {
    case $1 in
    '') return 1 ;;
    /*) [ -x "$1" ] && return 0 || return 1 ;;
    */*) return 0 ;;
    esac
    path_rest=$task_path:
    while [ -n "$path_rest" ]; do
        path_part=${path_rest%%:*}
        path_rest=${path_rest#*:}
        [ ! -f "${path_part:-.}/$1" ] || [ ! -x "${path_part:-.}/$1" ] || return 0
    done
    return 1
}

# terminal_command PROGRAM ARGUMENT...: the command on a terminal, which script(1) makes: that of util-linux or of a
# BSD. Output goes to the log, where a carriage return before each line feed would only be in the way; and nobody
# types.
terminal_command() {
    # shellcheck disable=SC2016 # for the shell on the terminal
    terminal_set_up='stty rows "$1" cols "$2" -onlcr -echo; shift 2; exec "$@"'
    set -- sh -c "$terminal_set_up" sh "$(terminal_size LINES 24)" "$(terminal_size COLUMNS 80)" "$@"
    if script -qefc 'test -t 1 && exit 3' /dev/null >/dev/null 2>&1 </dev/null || [ "$?" -eq 3 ]; then
        terminal_line='exec'
        for shell_word in "$@"; do
            terminal_line="$terminal_line $(quote "$shell_word" | sed '$s/ \\$//')"
        done
        set -- script -qefc "$terminal_line" /dev/null
    elif script -q /dev/null sh -c 'test -t 1 && exit 3' >/dev/null 2>&1 </dev/null || [ "$?" -eq 3 ]; then
        set -- script -q /dev/null "$@"
    else
        script_fault error "the task wants a terminal (tty: true), but this worker has no program 'script' that makes \
one: install util-linux"
        return 1
    fi
    for shell_word in "$@"; do
        quote "$shell_word"
    done >"$slot/command"
}

# terminal_size NAME USUAL: what the task's environment says.
terminal_size() {
    awk -v name="$1" -v usual="$2" '$1 == name { usual = $2 ~ /^[1-9][0-9]?[0-9]?[0-9]?$/ ? $2 : usual }
        END { print usual }' "$slot/task.env"
}

# end_script: what is left of the script is ended, what it printed comes to an end, and the outcome is what it means.
end_script() {
    : >"$slot/ended"
    rm -f "$slot/running"
    if [ -e "$slot/verdict" ]; then
        await "$watch_pid"
    else
        end_tree "$script_pid" "${session_way:+1}" "$marker" "$grace_seconds"
    fi
    end_output
    ended_by=
    if [ -e "$slot/verdict" ]; then
        { read -r ended_by && IFS= read -r reason; } <"$slot/verdict"
    fi
    case $ended_by in
    lost | stop) return 1 ;;
    '') tell_killed 'killed what the script left running:' ;;
    timeout) tell_killed 'timed out; killed' ;;
    *) tell_killed "$reason; killed" ;;
    esac
    case $ended_by in
    '')
        exit_meaning "$script_status"
        if [ "$script_status" -ne 0 ] && { [ -e "$slot/disk-was-full" ] || is_disk_below 8388608 100; }; then
            script_fault error "the disk of this worker became full (the script ended with $script_status): \
$((free / 1024)) MiB of $((total / 1024)) MiB are free in $directory"
            exit_code='' label=''
            return 1
        fi
        return 0
        ;;
    timeout) out_of_time ;;
    *) outcome=failure label=$ended_by ;;
    esac
    # What is always to be kept is kept, under the eyes of another watch.
    rm -f "$slot/verdict"
    watch </dev/null &
    watch_pid=$!
}

# out_of_time: what becomes of a task that was killed for its time.
out_of_time() {
    if [ -n "$owners_time" ]; then
        outcome=error label=owner-limit
    else
        outcome=timeout
    fi
}

# end_output: the pump ends when nobody has the script's output open any more. One that is not the task's is not
# waited for.
end_output() {
    blinks=0
    until [ -e "$slot/pumped" ] || [ "$blinks" -ge "$blinks_for_pump" ]; do
        sleep "$blink"
        blinks=$((blinks + 1))
    done
    [ -e "$slot/pumped" ] || end_tree "$pump_pid" 0 '' 0
    await "$pump_pid"
    show_tail
    rm -f "$slot/pipe"
    mark 0
    if [ ! -e "$slot/pumped" ]; then
        log_line "coil: some process that is not the task's still holds its output open; not waited for"
    fi
}

# tell_killed WHAT
tell_killed() {
    cat "$slot/watch.killed" >>"$io.killed" 2>/dev/null
    names=$(joined_names "$io.killed")
    [ -z "$names" ] || log_line "coil: $1 $names"
}

# exit_meaning CODE: what the graph says, or what is usual.
exit_meaning() {
    exit_code=$1
    while read -r meant_code meant_outcome meant_label; do
        if [ "$meant_code" = "$1" ]; then
            outcome=$meant_outcome
            unescape "${meant_label:-\\c}"
            label=$plain
            return
        fi
    done <"$slot/task.exit"
    case $1 in
    0) outcome=success ;;
    *) outcome=failure ;;
    esac
    case $1 in
    126) reason='exit code 126: a program could not be executed' ;;
    127) reason='exit code 127: a program was not found' ;;
    137) reason='killed by SIGKILL, perhaps as memory ran out' ;;
    *)
        if [ "$1" -gt 128 ] && [ "$1" -le 159 ]; then
            signal=$(kill -l "$(($1 - 128))" 2>/dev/null) && [ -n "$signal" ] && reason="killed by SIG${signal#SIG}"
        fi
        ;;
    esac
}

# --- Keep -----------------------------------------------------------------------------------------------------------

# keep_stage: keeps what the task leaves: its artifacts, its tree, its generated tasks. Of one that did not succeed, the
# artifacts that are there and always wanted.
keep_stage() {
    : >"$slot/kept"
    while read -r artifact artifact_word artifact_when <&3; do
        [ "$outcome" = success ] || [ "$artifact_when" = always ] || continue
        unescape "$artifact_word"
        artifact_path=$plain
        unescape "$artifact"
        keep_artifact "$plain" "$artifact_path"
    done 3<"$slot/task.artifact"
    [ "$outcome" = success ] || {
        keep_caches
        return 0
    }
    if [ -n "$keep_tree" ]; then
        pack "$workspace" tree
        store
        echo "$digest" >"$slot/kept-tree"
        mkdir -p "$run/lineages"
        printf '%s\n' "$lineage" >"$run/lineages/$digest"
    fi
    [ -z "$generates" ] || hand_in
    keep_caches
}

# misplaced PATH: says where a path was probably meant to begin.
misplaced() {
    [ -z "$workdir" ] || [ ! -e "$start/$workdir/$1" ] ||
        echo ", but ${workdir%/}/$1 does: paths begin where the graph file is, not at working-directory"
}

# pack_place PATH: what is at $place, of that path; fails if nothing is there. A directory's content becomes the root of
# the archive; one file has its bare name.
pack_place() {
    scratch=$slot/stage.scratch
    throw_away "$scratch"
    if [ -d "$place" ]; then
        pack "$place" "$use"
    elif [ -e "$place" ]; then
        base=$(basename "$place")
        make_scratch && resolve "$place" && link_or_copy "$resolved" "$scratch/$base" ||
            fault failure "$use cannot be read: $1"
        pack "$scratch" "$use" "$base"
        throw_away "$scratch"
    else
        return 1
    fi
}

# keep_artifact NAME PATH: a directory's content becomes the root of its archive; what a glob matches lies in it as it
# does below the last directory before the first wildcard; one file has its bare name.
keep_artifact() {
    use="artifact '$1'"
    inside "$use" "$2" "$start"
    if pack_place "$2"; then
        :
    elif is_glob "$2"; then
        find_matches "${2#./}"
        if [ ! -s "$io.matches" ]; then
            [ "$outcome" != success ] || fault failure "$use: $2 matches nothing"
            return 0
        fi
        inside "$use" "$glob_base" "$start"
        gather "$place" "$use"
        pack "$scratch" "$use"
    else
        [ "$outcome" != success ] || fault failure "$use: $2 does not exist$(misplaced "$2")"
        return 0
    fi
    throw_away "$scratch"
    store
    size_of "$io.archive"
    printf '%s %s %s %s\n' "$1" "$digest" "$size" "$files" >>"$slot/kept"
    case $files in
    1) log_line "coil: kept $use: 1 file, $size bytes" ;;
    *) log_line "coil: kept $use: $files files, $size bytes" ;;
    esac
}

is_glob() {
    case $1 in
    *'*'* | *'?'* | *'['* | *'{'*) return 0 ;;
    *) return 1 ;;
    esac
}

# find_matches GLOB: what it matches below $start, one a line in the file $io.matches, of a directory that matches not
# what is in it; and sets glob_base to the last directory before the first wildcard. `*` and `?` stay within a name,
# `**` crosses directories and `**/` may stand for none, {a,b} and [a-z] are as in a shell.
find_matches() {
    # In a variable, as ksh93 does not take it in its place.
    wildcard='[*?[{]*'
    # shellcheck disable=SC2295 # a pattern
    glob_base=${1%%$wildcard}
    case $glob_base in
    */*) glob_base=${glob_base%/*} ;;
    *) glob_base= ;;
    esac
    as_task_in "$start" find . 2>/dev/null | COIL_GLOB=$1 LC_ALL=C awk '
        BEGIN {
            glob = ENVIRON["COIL_GLOB"]
            for (i = 1; i <= length(glob); i++) {
                c = substr(glob, i, 1)
                if (c == "*" && substr(glob, i, 3) == "**/") { re = re "(.*/)?"; i += 2 }
                else if (c == "*" && substr(glob, i, 2) == "**") { re = re ".*"; i++ }
                else if (c == "*") re = re "[^/]*"
                else if (c == "?") re = re "[^/]"
                else if (c == "[" && (end = index(substr(glob, i + 2), "]"))) {
                    set = substr(glob, i + 1, end)
                    gsub(/\\/, "\\\\", set)
                    re = re "[" (sub(/^!/, "", set) ? "^/" : "") set "]"
                    i += end + 1
                }
                else if (c == "{" && index(substr(glob, i), "}")) { re = re "("; braces = 1 }
                else if (c == "}" && braces) { re = re ")"; braces = 0 }
                else if (c == "," && braces) re = re "|"
                else if (c == "\\" || c == "^") re = re "\\" c
                else if (index(".$|+()[]{}", c)) re = re "[" c "]"
                else re = re c
            }
            re = "^" re "$"
        }
        { path = substr($0, 3) }
        path == "" || (within != "" && index(path, within) == 1) { next }
        path ~ re { print path; within = path "/" }' >"$io.matches"
}

# gather BASE USE: puts the matches below $scratch under their names in BASE, by links where that can be.
gather() {
    make_scratch
    prefix=${glob_base:+$glob_base/}
    while IFS= read -r match; do
        gathered=$scratch/${match#"$prefix"}
        as_task mkdir -p "$(dirname "$gathered")"
        if [ -f "$start/$match" ] && [ ! -h "$start/$match" ]; then
            link_or_copy "$start/$match" "$gathered"
        else
            as_task cp -RPp "$start/$match" "$gathered"
        fi || fault failure "$2 cannot be read: $match"
    done <"$io.matches"
}

# link_or_copy FILE TO
link_or_copy() {
    as_task ln "$1" "$2" 2>/dev/null || as_task cp -p "$1" "$2" 2>/dev/null
}

make_scratch() {
    mkdir "$scratch" || return 1
    [ -z "$user_way" ] || chown "$task_uid:$task_gid" "$scratch"
}

# pack DIRECTORY USE [NAME]: an archive of what is in a directory, or of one file in it, in $io.archive; sets files to
# how many it holds. Archives hold no hard links, and neither sockets, pipes nor devices.
pack() {
    as_task_in "$1" find . ! -type f ! -type d ! -type l 2>/dev/null >"$io.special"
    while IFS= read -r special; do
        log_line "coil: $2: left out of the archive, as it is neither file, directory nor link: ${special#./}"
        as_task rm -f "$1/$special"
    done <"$io.special"
    if [ -z "${3-}" ]; then
        as_task_in "$1" find . -type f -links +1 -exec sh -c '
            for file do cp -p "$file" "$file.coil-$$" && mv -f "$file.coil-$$" "$file"; done' sh {} + 2>/dev/null
    fi
    rm -f "$io.torn"
    packed=${3:-.}
    case $packed in
    -*) packed=./$packed ;;
    esac
    { as_task_in "$1" tar -cf - "$packed" 2>"$io.error" || echo torn >"$io.torn"; } | gzip -1 >"$io.archive" ||
        fault error "cannot archive $2"
    if [ -e "$io.torn" ]; then
        case $2 in
        tree) fault failure "the tree that the task left cannot be read: $(sed -n 1p "$io.error")" ;;
        *) fault failure "$2 cannot be read: $(sed -n 1p "$io.error")" ;;
        esac
    fi
    # shellcheck disable=SC2016 # for the shell that find starts
    files=$(as_task_in "$1" find . ! -type d -exec sh -c 'echo "$#"' sh {} + | awk '{ n += $1 } END { print n + 0 }')
}

# store: $io.archive as a blob, unless the node has it; sets digest. Where the connection breaks, it goes on from there.
store() {
    digest_of "$io.archive"
    upload=$(random 16)
    received=0
    deadline=$(($(seconds) + 60))
    patience=0
    while :; do
        ask HEAD "/api/v1/blobs/$digest" -H "coil-upload: $upload"
        [ "$code" = 404 ] || break
        header coil-received
        # The node has been there again whenever something has come: patience begins anew.
        if is_more "${value:-0}" "$received"; then
            log_line "coil: the connection broke $value bytes into what is kept; going on from there"
            deadline=$(($(seconds) + 60))
        fi
        received=${value:-0}
        send_rest
        case $code in
        000 | 416 | 5??) ;;
        *) break ;;
        esac
        [ -z "$stopping" ] && [ "$(seconds)" -lt "$deadline" ] || break
        nap 1
    done
    case $code in
    200 | 201 | 204) ;;
    *)
        trouble_of
        fault error "cannot store blob $digest: $trouble"
        ;;
    esac
    deadline=
}

# is_more A B: of numbers that are too large for this shell, perhaps.
is_more() {
    awk -v a="$1" -v b="$2" 'BEGIN { exit a + 0 > b + 0 ? 0 : 1 }'
}

# send_rest: of $io.archive what the node has not received yet.
send_rest() {
    if [ "$received" = 0 ]; then
        http PUT "/api/v1/blobs/$digest" -H "coil-upload: $upload" -T "$io.archive"
        return
    fi
    tail -c "+$(awk -v n="$received" 'BEGIN { printf "%.0f", n + 1 }')" "$io.archive" >"$io.rest"
    size_of "$io.archive"
    upload_range="bytes $received-$(awk -v n="$size" 'BEGIN { printf "%.0f", n - 1 }')/$size"
    http PUT "/api/v1/blobs/$digest" -H "coil-upload: $upload" -H "Content-Range: $upload_range" -T "$io.rest"
    rm -f "$io.rest"
}

# hand_in: the file of further tasks.
hand_in() {
    inside generates "$generates" "$start"
    if [ -e "$place" ] && [ ! -f "$place" ]; then
        fault failure "generates: $generates is no file"
    elif [ ! -e "$place" ]; then
        fault failure "generates: $generates does not exist: the script has to write it"
    fi
    size_of "$place"
    [ "$size" -le 67108864 ] ||
        fault failure "generates: $generates has $size bytes, and at most 64 MiB are read"
    as_task cat "$place" >"$io.generated" 2>/dev/null || fault failure "generates: $generates cannot be read"
    deadline=$(($(seconds) + 60))
    patience=180
    ask PUT "$claim_path/generated" -T "$io.generated"
    case $code in
    200)
        read -r generated_tasks generated_sha <"$io.body"
        echo "$generated_tasks $generated_sha" >"$slot/generated"
        case $generated_tasks in
        1) log_line "coil: $generates adds 1 task to the run, if this one succeeds" ;;
        *) log_line "coil: $generates adds $generated_tasks tasks to the run, if this one succeeds" ;;
        esac
        ;;
    400 | 413) fault failure "$(sed -n 1p "$io.body")" ;;
    *)
        trouble_of
        fault error "cannot hand in $generates: $trouble"
        ;;
    esac
    deadline=
}

# --- The result -----------------------------------------------------------------------------------------------------

# finish_task: reports, unless the claim is lost or to be given back; then nothing of the task is left in the slot.
finish_task() {
    # A signal is lost on a shell that was forked a moment ago, and has not said yet what it does at it.
    : >"$slot/over"
    kill -s TERM "$watch_pid" 2>/dev/null
    await "$watch_pid"
    kill -s TERM "$sender_pid" 2>/dev/null
    await "$sender_pid"
    ended_by=
    [ ! -e "$slot/verdict" ] || read -r ended_by <"$slot/verdict"
    case $ended_by in
    lost) ;;
    stop) give_back ;;
    # A task whose fetch took too long.
    timeout)
        out_of_time
        { read -r ended_by && IFS= read -r reason; } <"$slot/verdict"
        log_line "coil: $reason"
        report
        ;;
    *) report ;;
    esac
    [ ! -e "$slot/lost" ] || say "lost $project#$task_run $task: $(sed -n 1p "$slot/lost")"
    throw_away "$workspace"
    [ -z "$lineage" ] || [ "$(cat "$workspace.lock/pid" 2>/dev/null)" != "$slot_process" ] ||
        rm -rf "$workspace.lock"
    rm -f "$slot"/log "$slot"/stage.* "$slot"/sender.* "$slot"/launch* "$slot"/marker
}

# report: the rest of the log, and only then the result: whoever sees it expects to find all of the other.
report() {
    silent=0
    send_log
    [ ! -e "$slot/lost" ] || return 0
    set -- --data-urlencode "outcome=$outcome" --data-urlencode "started=$task_started" \
        --data-urlencode "finished=$(millis)" --data-urlencode "log-bytes=$sent"
    [ -z "$exit_code" ] || set -- "$@" --data-urlencode "exit-code=$exit_code"
    [ -z "$label" ] || set -- "$@" --data-urlencode "label=$label"
    [ -z "$reason" ] || set -- "$@" --data-urlencode "reason=$reason"
    if [ -s "$slot/kept" ]; then
        while IFS= read -r kept; do
            set -- "$@" --data-urlencode "artifact=$kept"
        done <"$slot/kept"
    fi
    [ ! -s "$slot/kept-tree" ] || set -- "$@" --data-urlencode "tree=$(cat "$slot/kept-tree")"
    [ ! -s "$slot/generated" ] || set -- "$@" --data-urlencode "generated=$(cat "$slot/generated")"
    [ -n "$stopping" ] || ask POST "$claim_path/result" "$@"
    if [ -n "$stopping" ]; then
        give_back
        return
    fi
    case $code in
    2??) say "$outcome: $project#$task_run $task${reason:+: $reason}" ;;
    409)
        sed -n 1p "$io.body" >"$slot/lost"
        echo >>"$slot/lost"
        ;;
    *)
        trouble_of
        say "the result of $project#$task_run $task is refused: $trouble"
        ask POST "$claim_path/result" --data-urlencode outcome=error --data-urlencode "started=$task_started" \
            --data-urlencode "finished=$(millis)" --data-urlencode "log-bytes=$sent" \
            --data-urlencode "reason=the worker's result was refused: $trouble"
        ;;
    esac
}

# give_back [REASON]: nothing runs under the claim any more, and somebody else may have it.
give_back() {
    farewell=1
    deadline=$(($(seconds) + 5))
    ask DELETE "$claim_path" -G --data-urlencode "reason=${1:-the worker stops}"
    farewell=
    deadline=
    say "gave back $project#$task_run $task"
}

# report_abandoned: what a worker that died without a word had, in its name, if the node still knows that.
report_abandoned() {
    [ -n "$former_session" ] || return 0
    former_path=/api/v1/worker/sessions/$former_session
    : >>"$directory/abandoned"
    while read -r left_claim left_sent; do
        left_at=$(millis)
        http POST "$former_path/claims/$left_claim/result" --data-urlencode outcome=error \
            --data-urlencode "started=$left_at" --data-urlencode "finished=$left_at" \
            --data-urlencode "log-bytes=${left_sent:-0}" \
            --data-urlencode 'reason=the worker was killed while the task ran'
    done <"$directory/abandoned"
    rm -f "$directory/abandoned"
    http DELETE "$former_path"
}

# --- The keeper -----------------------------------------------------------------------------------------------------

read_options() {
    token=${COIL_TOKEN-}
    # Where tasks do not find it.
    unset COIL_TOKEN
    url=${COIL_URL-} name='' slots=1 directory='' once=''
    labels=''
    facts=''
    memory_bytes='' most_cpus='' longest=''
    rules_project='' rules_ref='' rules_event='' sandbox='' task_user='' hours=''
    while [ "$#" -gt 0 ]; do
        case $1 in
        --help | -h)
            help
            exit 0
            ;;
        --once) once=1 ;;
        --sandbox) sandbox=wanted ;;
        --url | --name | --slots | --label | --fact | --directory | --token | --project | --ref | --event | --hours | \
            --user | --memory | --cpus | --disk | --caches | --timeout)
            [ "$#" -ge 2 ] || refuse "$1 needs a value; --help tells all options"
            read_option "$1" "$2"
            shift
            ;;
        --*=*) read_option "${1%%=*}" "${1#*=}" ;;
        *) refuse "'$1' is unknown; --help tells all options" ;;
        esac
        shift
    done
    [ -n "$url" ] || refuse 'no node: give --url URL, or set COIL_URL'
    url=${url%/}
    given=$url
    case $url in
    http://?* | https://?*) ;;
    *) refuse "'$url' is no URL: expected http://HOST:PORT or https://HOST" ;;
    esac
    name=${name:-$(uname -n)}
    case $name in
    *[!A-Za-z0-9._@:-]*) refuse "'$name' is no name: expected letters, digits and . _ @ : - only" ;;
    esac
    [ "${#name}" -le 100 ] || refuse 'the name is too long: expected 100 characters at most'
    [ -z "$once" ] || slots=1
    directory=${directory:-${COIL_HOME:-${XDG_STATE_HOME:-${HOME-}/.local/state}/coil}/shell-workers/$name}
}

# read_option NAME VALUE
read_option() {
    case $1 in
    --url) url=$2 ;;
    --token) token=$2 ;;
    --name) name=$2 ;;
    --directory) directory=$2 ;;
    --slots)
        case $2 in
        '' | *[!0-9]* | ?????*) refuse "--slots is '$2': expected 1 to 1000" ;;
        esac
        [ "$2" -ge 1 ] && [ "$2" -le 1000 ] || refuse "--slots is '$2': expected 1 to 1000"
        slots=$2
        ;;
    --label)
        case $2 in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._:/-]*)
            refuse "'$2' is no label: expected letters, digits and . _ : / - only"
            ;;
        esac
        labels="$labels$2
"
        ;;
    --project | --ref | --event)
        case $2 in
        '' | ! | *[!A-Za-z0-9._/@+:#*!-]* | ?*!*)
            refuse "'$2' is no rule: expected letters, digits and . _ / @ + : # -, * for anything, ! in front to refuse"
            ;;
        esac
        case $1 in
        --project) rules_project="$rules_project$2
" ;;
        --ref) rules_ref="$rules_ref$2
" ;;
        *) rules_event="$rules_event$2
" ;;
        esac
        ;;
    --memory)
        size_of_text "$2" || refuse "--memory is '$2': expected a size such as 500MB or 10GiB"
        memory_bytes=$size
        ;;
    --user)
        case $2 in
        '' | [!A-Za-z_]* | *[!A-Za-z0-9_.-]*) refuse "--user is '$2': expected the name of a user of this machine" ;;
        esac
        task_user=$2
        ;;
    --cpus)
        case $2 in
        '' | 0* | *[!0-9]* | ?????*) refuse "--cpus is '$2': expected 1 to 9999" ;;
        esac
        most_cpus=$2
        ;;
    --disk)
        size_of_text "$2" || refuse "--disk is '$2': expected a size such as 500MB or 10GiB"
        disk_bytes=$size
        ;;
    --caches)
        caches_bytes=0
        [ "$2" = 0 ] || size_of_text "$2" || refuse "--caches is '$2': expected a size such as 500MB or 10GiB, or 0"
        [ "$2" = 0 ] || caches_bytes=$size
        ;;
    --timeout)
        seconds_of_text "$2" || refuse "--timeout is '$2': expected a time such as 30m or 6h"
        longest=$span
        ;;
    --hours)
        case $2 in
        [0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]) ;;
        *) refuse "'$2' is no time of the day to work at: expected two times, as 22:00-06:00" ;;
        esac
        hours="$hours$2
"
        ;;
    --fact)
        case $2 in
        [a-z]*=*) ;;
        *) refuse "'$2' is no fact: expected KEY=VALUE" ;;
        esac
        facts="$facts$2
"
        ;;
    *) refuse "'$1' is unknown; --help tells all options" ;;
    esac
}

check_needs() {
    command -v curl >/dev/null 2>&1 ||
        give_up 'this worker needs the program curl, and it is not in PATH: install it, and start the worker again'
    for needed in awk dd du df find grep gzip id mkfifo od ps sed tail tar tr wc; do
        command -v "$needed" >/dev/null 2>&1 || give_up "this worker needs the program $needed, and it is not in PATH"
    done
    find_hasher
    blink=1 blinks_for_pump=2
    ! sleep 0.1 2>/dev/null || blink=0.1 blinks_for_pump=20
    # Of git's these would lead it elsewhere.
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE
}

# own_digest: sets version to the digest of this file; if it came through a pipe, the node has just given it.
own_digest() {
    version=
    if [ -f "$0" ] && [ "$(sed -n '2s/^# Coil.s shell worker:.*/yes/p' "$0")" = yes ]; then
        digest_of "$0"
        version=$digest
    else
        served_digest
        version=$served
    fi
}

# served_digest: sets served to that of the file that the node has, if it says so.
served_digest() {
    served=
    http GET /worker.sh.sha256
    [ "$code" != 200 ] || served=$(sed -n '1s/^\([0-9a-f]*\).*/\1/p' "$io.body")
}

# clerk: says once an hour if the node has another worker than this one.
clerk() {
    io=$run/clerk
    trap on_stop TERM
    : >"$run/clerk.ready"
    while [ -z "$stopping" ] && is_kept; do
        served_digest
        if [ -n "$served" ] && [ -n "$version" ] && [ "$served" != "$version" ]; then
            say "this worker is out of date: curl -sSf $url/worker.sh brings the one that the node has"
        fi
        naps=0
        while [ -z "$stopping" ] && [ "$naps" -lt 360 ] && is_kept; do
            nap 10
            naps=$((naps + 1))
        done
    done
}

# on_signal NAME CODE: at the first SIGTERM, SIGINT or SIGHUP what runs is killed and given back; the second ends
# everything at once.
on_signal() {
    interrupted=1
    if [ -n "$leaving" ]; then
        kill_all
        exit "$2"
    fi
    leaving=$2
    : >"$run/stop"
    if [ -e "$run/shut-out" ]; then
        leaving=1
    else
        say "SIG$1: kills what runs, and gives it back"
    fi
    # shellcheck disable=SC2086 # lists of processes
    kill -s TERM $slot_pids $child 2>/dev/null
    [ -z "$clerk_pid" ] || [ ! -e "$run/clerk.ready" ] || kill -s TERM "$clerk_pid" 2>/dev/null
}

# kill_all: every process below this one, and what tasks have started.
kill_all() {
    io=$run/end
    for slot in "$directory"/slots/*; do
        left=
        { [ -s "$slot/claim" ] && read -r left <"$slot/marker"; } 2>/dev/null
        members '' 0 "$left"
        # shellcheck disable=SC2086 # a list of processes
        [ -z "$living" ] || kill -s KILL $living 2>/dev/null
    done
    rm -f "$io.members"
    for process in $slot_pids $clerk_pid; do
        members "$process" 0 ''
        # shellcheck disable=SC2086 # a list of processes
        [ -z "$living" ] || kill -s KILL $living 2>/dev/null
    done
}

on_drain() {
    interrupted=1
    [ ! -e "$run/draining" ] || return 0
    : >"$run/draining"
    say 'drains: takes nothing new, and leaves when its tasks have ended'
    for polled in "$directory"/slots/*/poll; do
        poll_pid=
        ! read -r poll_pid 2>/dev/null <"$polled" || kill -s TERM "$poll_pid" 2>/dev/null
    done
}

keep_slots() {
    slot_pids=
    slot_number=1
    while [ "$slot_number" -le "$slots" ]; do
        slot_loop "$slot_number" </dev/null &
        slot_pids="$slot_pids $!"
        slot_number=$((slot_number + 1))
    done
    clerk </dev/null &
    clerk_pid=$!
    # What came before the slots were known did not reach them.
    # shellcheck disable=SC2086 # a list of processes
    [ -z "$leaving" ] || kill -s TERM $slot_pids 2>/dev/null
    for slot_pid in $slot_pids; do
        keep_slot "$slot_pid"
    done
    # What it is told before it has ears ends it, and it would be waited for in vain.
    until [ -e "$run/clerk.ready" ]; do
        sleep "$blink"
    done
    kill -s TERM "$clerk_pid" 2>/dev/null
    await "$clerk_pid"
}

# keep_slot PID: until it has ended. That the worker drains is told to the node as soon as it is known.
keep_slot() {
    while :; do
        interrupted=
        wait "$1" 2>/dev/null
        # Before anything else waits for something.
        cut_short=$interrupted
        if [ -e "$run/draining" ] && [ -z "$told_draining$leaving" ]; then
            told_draining=1
            announce
        fi
        [ -n "$cut_short" ] || break
    done
}

leave() {
    farewell=1
    deadline=$(($(seconds) + 5))
    ask DELETE "$session_path"
    rm -rf "$run" "$directory/lock"
    exit "${leaving:-0}"
}

main() {
    # Nobody shall read what the shell reads this program from, nor what a person types.
    exec </dev/null
    child='' stopping='' interrupted='' polling='' farewell='' deadline='' patience=30 leaving=''
    told_draining='' told_waiting='' longest_pause=15 entering='' key=''
    slot='' slot_pids='' clerk_pid='' former_session='' measuring='' measured_look=''
    read_options "$@"
    check_needs
    find_user
    open_directory
    open_to_user
    session=$(random 16)
    session_path=/api/v1/worker/sessions/$session
    started_at=$(seconds)
    run=$directory/run.$session
    detect_processes
    clean_up
    mkdir "$run" || give_up "cannot make $run"
    io=$run/keeper
    echo "$url" >"$run/url"
    trap 'on_signal INT 130' INT
    trap 'on_signal TERM 143' TERM
    trap 'on_signal HUP 129' HUP
    trap on_drain USR1
    [ -z "${COIL_CA-}" ] || export GIT_SSL_CAINFO="$COIL_CA"
    curl_settings ''
    own_digest
    printf '%s' "$labels" >"$run/labels"
    printf '%s' "$rules_project" >"$run/rules.project"
    printf '%s' "$rules_ref" >"$run/rules.ref"
    printf '%s' "$rules_event" >"$run/rules.event"
    detect_facts
    detect_sandbox
    # What is said of the machine stands instead of what was found.
    printf '%s' "$facts" | while IFS= read -r fact; do
        sed "/^${fact%%=*}=/d" "$run/facts" >"$run/facts.new"
        printf '%s\n' "$fact" >>"$run/facts.new"
        mv "$run/facts.new" "$run/facts"
    done
    write_announcement
    [ "$slots" -eq 1 ] && many='1 slot' || many="$slots slots"
    say "worker $name with $many: $(tr '\n' ' ' <"$run/facts")labels=$(tr '\n' ' ' <"$run/labels")"
    enter
    pause=1
    until announce || [ -n "$leaving" ]; do
        [ "$code" = 000 ] || case $code in 4??) rm -rf "$run" "$directory/lock" && exit 1 ;; esac
        [ "$pause" -gt 1 ] || {
            trouble_of
            say "$trouble; tries again"
        }
        retry_nap
    done
    [ -n "$leaving" ] || {
        report_abandoned
        keep_slots
    }
    leave
}

main "$@"
