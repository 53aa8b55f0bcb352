/** Standard input ended before all of it was there: the connection was cut. Nothing was begun. */
export const CUT = 95;
export const NO_ROOM = 96;

/**
 * A shell that becomes the program: its id is the program's, and what is secret is in no environment but the program's own.
 * Its standard input is a line for each variable, and then the program's. `$1`: how many variables.
 */
const BECOME = `n=$1; shift; while [ "$n" -gt 0 ]; do IFS= read -r line || exit ${CUT}; export "$line"; n=$((n - 1)); done; exec "$@"`;

/** `$1`: seconds; then how many variables, and the program. */
export const RUN = `limit=$1; shift; exec timeout -k 10 "$limit" sh -c '${BECOME}' sh "$@"`;

/** Its errors are kept up to here: a share that went stale has one for every file. */
const STDERR_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * The job itself, in a session of its own. It holds the lock on `alive` for as long as it or its program lives, and `rc`
 * appears as a whole, after all of the output. What was asked to end before it began does not begin.
 */
export const JOB = `
dir=$1; limit=$2; n=$3; shift 3
exec 9> "$dir/alive"
flock 9
( until flock -n -s "$dir/alive" true; do
    sleep 5; limit=$((limit - 5))
    if [ "$limit" -gt -60 ]; then sig=TERM; else sig=KILL; fi
    pid=$(cat "$dir/pid") && [ "$limit" -le 0 ] && [ "/proc/$pid/fd/9" -ef "$dir/alive" ] && kill -$sig "$pid"
  done ) 9>&- < /dev/null > /dev/null 2>&1 &
{ sh -c 'dir=$1; shift; echo $$ > "$dir/pid.tmp"; mv "$dir/pid.tmp" "$dir/pid"; [ ! -e "$dir/cancel" ] || exit 143
    ${BECOME}' sh "$dir" "$n" "$@"
  echo $? > "$dir/rc.tmp"
} 2>&1 > "$dir/out" | { head -c ${STDERR_LIMIT_BYTES} > "$dir/err"; cat > /dev/null; }
mv "$dir/rc.tmp" "$dir/rc"
`;

/**
 * Reads what is secret to its last line before anything is begun, and claims the attempt by making its folder.
 * `$1`: folder; `$2`: the job; `$3`: seconds; `$4`: how many variables; `$5`: how many texts of the list, which follow; then the
 * program. The lines of standard input are the variables, then the program's own input.
 */
export const START = `
dir=$1; job=$2; limit=$3; n=$4; texts=$5; shift 5
umask 077
lines=''; i=$n
while [ "$i" -gt 0 ]; do
  IFS= read -r line || exit ${CUT}
  lines="$lines$line
"
  i=$((i - 1))
done
IFS= read -r input || exit ${CUT}
mkdir -p "\${dir%/*}" || exit ${NO_ROOM}
if ! mkdir "$dir" 2> /dev/null; then
  [ -d "$dir" ] || exit ${NO_ROOM}
  echo adopted
  exit 0
fi
read -r since rest < /proc/uptime
echo "\${since%.*}" > "$dir/since" || exit ${NO_ROOM}
: > "$dir/list"
while [ "$texts" -gt 0 ]; do printf '%s\\0' "$1" >> "$dir/list" || exit ${NO_ROOM}; texts=$((texts - 1)); shift; done
printf '%s%s' "$lines" "$input" | setsid sh -c "$job" sh "$dir" "$limit" "$n" "$@" > /dev/null 2>&1 &
echo started`;

/** What stands behind a name of those that are there, a line each. `$1`: its folders without their number. */
export const ATTEMPTS = `
for dir in "$1".*; do [ ! -d "$dir" ] || echo "\${dir##*.}"; done`;

/** How long from the claim until its program must have an id, in seconds. */
const STARTS_WITHIN_S = 300;

/**
 * What became of it, first a line with the state, the code and how many bytes of each stream follow. The state is read before
 * the output, so that an end comes with the whole of it. `$1`: folder; `$2`, `$3`: bytes that are known; `$4`: most bytes of each.
 */
export const LOOK = `
dir=$1; out=$2; err=$3; most=$4
if [ ! -d "$dir" ]; then echo 'none - 0 0 0 0'; exit 0; fi
read -r up rest < /proc/uptime
up=\${up%.*}
[ -s "$dir/since" ] || echo "$up" > "$dir/since"
read -r since < "$dir/since"
code=-
if [ -f "$dir/rc" ]; then state=ended
elif [ -e "$dir/alive" ] && ! flock -n -s "$dir/alive" true; then state=running
elif [ -f "$dir/rc" ]; then state=ended
elif [ ! -f "$dir/pid" ] && [ $((up - since)) -lt ${STARTS_WITHIN_S} ]; then state=starting
else state=died
fi
[ "$state" != ended ] || read -r code < "$dir/rc"
left() { size=0; [ ! -f "$1" ] || size=$(wc -c < "$1"); echo $((size > $2 ? size - $2 : 0)); }
o=$(left "$dir/out" "$out"); e=$(left "$dir/err" "$err")
ot=$((o > most ? most : o)); et=$((e > most ? most : e))
echo "$state $code $ot $et $((o - ot)) $((e - et))"
[ "$ot" -eq 0 ] || head -c "$((out + ot))" "$dir/out" | tail -c "$ot"
[ "$et" -eq 0 ] || head -c "$((err + et))" "$dir/err" | tail -c "$et"`;

/** To the program's own id: sent to all that is there it would lose `rc`. What has the lock open is the program. */
export const CANCEL = `
dir=$1
[ -d "$dir" ] || exit 0
: > "$dir/cancel" || exit ${NO_ROOM}
[ -f "$dir/pid" ] || exit 0
read -r pid < "$dir/pid"
[ ! "/proc/$pid/fd/9" -ef "$dir/alive" ] || kill -TERM "$pid"
exit 0`;

export const TIDY = `
if [ -d "$1" ] && [ -f "$1/rc" ]; then rm -f "$1/out" "$1/err" "$1/list"; fi`;
