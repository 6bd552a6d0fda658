#!/usr/bin/env bash
# Runs the judge's tests in a virtual machine whose cgroups are version 2: see docs/test-vm.md.
. "$(dirname "$0")/prelude.sh"
cd "$repo/scripts/vm"
PATH="$PATH:/usr/sbin:/sbin"
limit_s=${VM_LIMIT_S:-2400}

began=$(date +%s)
./packages.sh
exec 9>"$vm/lock"
flock --nonblock 9 || fail "another run is using $vm"
root=$(./root.sh)
accelerator=$(./accelerator.sh "$root")
# What a program may need longer: measured, generously.
case $accelerator in kvm) slowness=1 ;; icount) slowness=5 ;; *) slowness=20 ;; esac
./programs.sh "$slowness"
disk=$(./image.sh "$accelerator" "$root")
say "booting: $accelerator, at most $limit_s s"
./boot.sh "$accelerator" "$limit_s" "$root" "$vm/results" dropped "" "$disk" "$vm/tests.disk" | tee "$vm/console.log" \
    || say "the machine was stopped after $limit_s s, or could not start"
./summary.sh "$accelerator" "$(($(date +%s) - began))" "$vm/results"
