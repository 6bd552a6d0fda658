#!/usr/bin/env bash
# Prints what the machines reported, and fails unless every test passed: summary.sh ACCELERATOR SECONDS MACHINES.
. "$(dirname "$0")/prelude.sh"
accelerator=$1 seconds=$2 machines=$3
facts=$(cat "$vm"/results-* 2>/dev/null | tr -d '\r' || true)

fact() { sed -n "s/^fact $1 //p" <<<"$facts" | sort -u | paste -sd ';'; }
count() { grep -c "^test $1 " <<<"$facts" || true; }

not_passed=$(grep -E '^test (failed|hung) ' <<<"$facts" || true)
faults=$(sed -n 's/^fault //p' <<<"$facts" | sort -u | paste -sd ';')
unfinished=$((machines - $(grep -cx 'done' <<<"$facts" || true)))
[ "$unfinished" = 0 ] || faults="${faults:+$faults; }$unfinished of $machines machines did not come to an end"
[ "$(count passed)" -gt 0 ] || faults="${faults:+$faults; }no test passed"

cat <<SUMMARY

kernel       $(fact kernel)
cgroups      $(fact cgroups)
engine       $(fact engine)
accelerator  $accelerator, $machines machines
tests        $(count passed) passed, $(count failed) failed, $(count hung) hung
seconds      $seconds in all; by the machines' clocks $(fact uptime)
SUMMARY
sed -n 's/^note //p' <<<"$facts"
[ -z "$not_passed" ] || printf '%s\n' "$not_passed"
[ -z "$faults$not_passed" ] || fail "not passed${faults:+: $faults}; all that was said is in $vm/console-*.log"
