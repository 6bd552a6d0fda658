#!/usr/bin/env bash
# Prints what the machine reported, and fails unless every test passed: summary.sh ACCELERATOR SECONDS RESULTS.
. "$(dirname "$0")/prelude.sh"
accelerator=$1 seconds=$2
facts=$(tr -d '\r' <"$3" 2>/dev/null || true)

fact() { sed -n "s/^fact $1 //p" <<<"$facts"; }
count() { grep -c "^test $1 " <<<"$facts" || true; }

not_passed=$(grep -E '^test (failed|hung) ' <<<"$facts" || true)
faults=$(sed -n 's/^fault //p' <<<"$facts")
grep -qx done <<<"$facts" || faults="${faults:+$faults; }the machine did not come to its end"
[ "$(count passed)" -gt 0 ] || faults="${faults:+$faults; }no test passed"

cat <<SUMMARY

kernel       $(fact kernel)
cgroups      $(fact cgroups)
engine       $(fact engine)
accelerator  $accelerator
tests        $(count passed) passed, $(count failed) failed, $(count hung) hung
seconds      $seconds in all; the engine was $(fact ready), the machine up for $(fact uptime)
SUMMARY
sed -n 's/^note //p' <<<"$facts"
[ -z "$not_passed" ] || printf '%s\n' "$not_passed"
[ -z "$faults$not_passed" ] || fail "not passed${faults:+: $faults}; all that was said is in $vm/console.log"
