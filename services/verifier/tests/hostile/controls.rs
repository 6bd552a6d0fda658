//! Negative controls: each protection is switched off alone, and then an attack that relies on it must succeed.
//!
//! A case that holds without the protection it names shows nothing. What a control expects to be told proves that the
//! attack succeeded for want of that protection, and not that the weakened sandbox is of no use at all.

mod probes;
mod weakened;

use synthsmith_sandbox::RunnerWeakness::{
    CoreDumps as RunnerCoreDumps, CpuLimit, CpuOfChildOnly, Dumpable, Environment, FileSizeLimit,
    FilesInherited, InputShared, MessageQueueLimit, OomScore, OpenFileLimit, OutputUnbounded,
    PeakFromRusage, ProcessLimit, ProcessesKept, ProgramWritable, SameUser, ScratchKept, Seccomp,
    StackLimit, StderrUnbounded, WallClock,
};
use synthsmith_sandbox::Weakness::{
    self, Capabilities, ContainerSeccomp, CoreDumps, Ipc, Memory, Network, NewPrivileges,
    ProcessCount, Runner, ScratchExecutable, ScratchUnbounded, WritableRoot,
};
use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::Config;

use crate::cases::Hold;
use crate::server::{Server, config, config_of_cells};
use crate::submission::good_submission;
use weakened::without;

/// An attack, the protection without which it succeeds, and words of what is told then.
struct Control {
    name: &'static str,
    weakness: Weakness,
    attack: &'static str,
    hold: Hold,
    told: &'static str,
}

/// What nobody misses: no core file is written as long as the container forbids them, which has its control; and the
/// runner forbids itself to gain privileges before it starts anything, whether or not the container does.
const REDUNDANT: [Weakness; 2] = [Runner(RunnerCoreDumps), NewPrivileges];

impl Control {
    async fn must_fail(&self) {
        if !engine_or_skip(self.name) {
            return;
        }
        let server = without(self.weakness).await;
        let good = good_submission(&server).await;
        let held = (self.hold)(&server).await;
        server.close().await;
        if let Err(reason) = good {
            panic!("nothing runs without the protection: {reason}");
        }
        match held {
            Ok(()) => panic!("holds all the same: {}", self.weakness.sentence()),
            Err(reason) => assert!(reason.contains(self.told), "for another reason: {reason}"),
        }
    }
}

async fn fails(name: &str) {
    let control = CONTROLS.iter().find(|control| control.name == name);
    control.expect("the macro makes both").must_fail().await;
}

macro_rules! controls {
    ($($name:ident: $weakness:expr, $($path:ident)::+, $told:literal;)*) => {
        const CONTROLS: &[Control] = &[$(Control {
            name: stringify!($name),
            weakness: $weakness,
            attack: stringify!($($path)::+),
            hold: |server| Box::pin($($path)::+(server)),
            told: $told,
        }),*];

        mod each {
            $(#[tokio::test]
            async fn $name() {
                super::fails(stringify!($name)).await;
            })*
        }
    };
}

controls! {
    control_02_without_the_wall_clock_a_nap_goes_on:
        Runner(WallClock), probes::a_nap_is_too_long, "is Ac and not [Tle]";
    control_04_without_the_cpu_limit_a_loop_goes_on:
        Runner(CpuLimit), crate::time::case_04_limits_that_a_program_raises_for_itself_still_hold, "it ended with WallTimeExceeded";
    control_04_without_a_limit_of_files_they_may_be_of_any_size:
        Runner(FileSizeLimit), crate::time::case_04_limits_that_a_program_raises_for_itself_still_hold, "RLIMIT_FSIZE";
    control_04_without_a_limit_of_open_files_there_may_be_any_number:
        Runner(OpenFileLimit), crate::time::case_04_limits_that_a_program_raises_for_itself_still_hold, "RLIMIT_NOFILE";
    control_05_without_any_limit_of_processes_there_is_a_crowd:
        ProcessCount, probes::there_is_no_crowd, "printed Some(\"400";
    control_06_without_the_programs_limit_of_processes_there_are_too_many_threads:
        Runner(ProcessLimit), crate::processes::case_06_a_thread_bomb_hurts_nobody_else, "too many";
    control_07_without_ending_what_is_left_the_daemon_survives:
        Runner(ProcessesKept), crate::processes::case_07_a_daemon_left_behind_dies_before_the_next_test, "(\"look\") is Wa";
    control_10_without_the_groups_cpu_time_the_work_of_children_is_free:
        Runner(CpuOfChildOnly), probes::work_of_children_counts, "is Ac and not [Tle]";
    control_13_with_a_readable_runner_its_environment_can_be_read:
        Runner(Dumpable), crate::forgery::case_13_the_runner_cannot_be_looked_into, "/proc/1/environ is open";
    control_14_with_an_inherited_file_a_result_can_be_written:
        Runner(FilesInherited), crate::forgery::case_14_no_inherited_descriptor_takes_a_forged_result, "is Ac and not [Wa]";
    control_17_with_the_runners_user_the_source_can_be_replaced:
        Runner(SameUser), crate::leftovers::case_17_a_test_cannot_plant_an_answer_for_the_next, "can't open file '/box/src/main.py'";
    control_17_with_a_writable_program_the_source_can_be_replaced:
        Runner(ProgramWritable), crate::leftovers::case_17_a_test_cannot_plant_an_answer_for_the_next, "can't open file '/box/src/main.py'";
    control_17_without_the_sweep_an_answer_can_be_planted:
        Runner(ScratchKept), crate::leftovers::case_17_a_test_cannot_plant_an_answer_for_the_next, "printed Some(\"42";
    control_18_with_a_writable_root_the_tests_can_be_counted:
        WritableRoot, crate::leftovers::case_18_no_state_counts_the_tests, "/var/lock/mark";
    control_18_with_shared_memory_the_tests_can_be_counted:
        Ipc, crate::leftovers::case_18_no_state_counts_the_tests, "shared memory";
    control_18_without_filters_the_tests_can_be_counted:
        ContainerSeccomp, crate::leftovers::case_18_no_state_counts_the_tests, "'segment', 'semaphore', 'queue'";
    control_18_with_room_for_message_queues_the_limit_is_missed:
        Runner(MessageQueueLimit), probes::message_queues_have_no_room, "(819200, 819200)";
    control_21_without_the_memory_limit_twice_as_much_is_fine:
        Memory, probes::memory_has_an_end, "is Ac and not [Mle]";
    control_21_without_the_score_the_kernel_may_choose_the_runner:
        Runner(OomScore), probes::the_program_is_preferred_when_memory_is_short, "Some(\"0";
    control_25_with_the_usual_stack_deep_recursion_crashes:
        Runner(StackLimit), crate::recursion::case_25_deep_recursion_is_fine, "is Re and not [Ac]";
    control_27_without_an_output_limit_nothing_is_cut:
        Runner(OutputUnbounded), probes::endless_output_is_cut, "is Wa and not [Ole]";
    control_27_without_a_limit_complaints_fill_the_runner:
        Runner(StderrUnbounded), probes::complaints_take_no_memory, "is Mle";
    control_31_with_the_peak_of_the_runner_an_unread_input_is_charged:
        Runner(PeakFromRusage), probes::an_unread_input_costs_the_program_nothing, "the program used";
    control_34_with_a_shared_input_something_can_be_planted_there:
        Runner(InputShared), crate::streams::case_34_an_empty_input_is_a_real_file_and_stays_empty, "planted";
    control_35_without_bounds_the_scratch_directory_takes_all:
        ScratchUnbounded, probes::the_scratch_directory_is_small, "is Ac and not [Re]";
    control_37_with_capabilities_a_program_is_root:
        Capabilities, crate::privileges::case_37_no_way_to_gain_privileges, "setuid is open";
    control_37_with_an_executable_scratch_directory_a_new_program_runs:
        ScratchExecutable, crate::privileges::case_37_no_way_to_gain_privileges, "/tmp/plain runs";
    control_37_without_the_runners_filter_only_the_containers_is_left:
        Runner(Seccomp), crate::privileges::case_37_no_way_to_gain_privileges, "1 filter";
    control_38_with_a_network_the_host_is_reached:
        Network, probes::the_host_is_not_reached, "reached";
    control_40_without_a_ban_core_files_are_allowed:
        CoreDumps, crate::privileges::case_40_the_machine_cannot_be_touched, "core files are allowed";
    control_47_with_the_runners_environment_more_is_known:
        Runner(Environment), crate::python::case_47_python_is_the_same_every_time, "HOSTNAME";
}

#[tokio::test]
async fn control_of_the_controls_no_probe_succeeds_where_nothing_is_weak() {
    no_probe_succeeds("control_of_the_controls", config()).await;
}

#[tokio::test]
async fn control_of_the_controls_no_probe_succeeds_in_a_cell() {
    no_probe_succeeds("control_of_the_controls_in_a_cell", config_of_cells()).await;
}

async fn no_probe_succeeds(test: &str, config: Config) {
    if !engine_or_skip(test) {
        return;
    }
    let server = Server::open(config).await;
    let probes = CONTROLS
        .iter()
        .filter(|control| control.attack.starts_with("probes"));
    for probe in probes {
        let held = (probe.hold)(&server).await;
        assert_eq!(held, Ok(()), "{}", probe.attack);
    }
    server.close().await;
}

#[test]
fn every_protection_has_its_control() {
    for weakness in Weakness::ALL {
        let controls = CONTROLS
            .iter()
            .filter(|control| control.weakness == weakness);
        let expected = usize::from(!REDUNDANT.contains(&weakness));
        assert_eq!(controls.count(), expected, "{weakness:?}");
    }
}
