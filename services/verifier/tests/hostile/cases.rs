//! The table of cases, and one test for each.

use std::pin::Pin;

use synthsmith_testkit::engine_or_skip;
use synthsmith_verifier::Config;

use crate::server::{Held, Server, config, config_of_cells};
use crate::submission::good_submission;

/// A case as a negative control needs it: by number and name, to be run on any server.
pub(crate) struct Case {
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    pub(crate) hold: Hold,
}

pub(crate) type Hold = for<'a> fn(&'a Server) -> Pin<Box<dyn Future<Output = Held> + 'a>>;

impl Case {
    /// Whether the server withstands the case, and serves a good submission as well as before.
    pub(crate) async fn hold(&self, server: &Server) -> Held {
        let before = good_submission(server).await?;
        (self.hold)(server).await?;
        let after = good_submission(server).await?;
        if after > before * 3 + NOISE {
            return Err(format!(
                "a good submission now takes {after:?}, and took {before:?}"
            ));
        }
        Ok(())
    }
}

/// What a busy machine may add to a short CPU time.
const NOISE: std::time::Duration = std::time::Duration::from_millis(150);

async fn passes(name: &str, config: Config) {
    if !engine_or_skip(name) {
        return;
    }
    let case = CASES
        .iter()
        .find(|case| case.name == name)
        .expect("the macro makes both");
    let server = Server::open(config).await;
    let held = case.hold(&server).await;
    server.close().await;
    if let Err(reason) = held {
        panic!("case {}: {reason}", case.number);
    }
}

macro_rules! cases {
    ($($number:literal $theme:ident $name:ident)*) => {
        pub(crate) const CASES: &[Case] = &[$(Case {
            number: $number,
            name: stringify!($name),
            hold: |server| Box::pin(crate::$theme::$name(server)),
        }),*];

        mod each {
            $(#[tokio::test]
            async fn $name() {
                super::passes(stringify!($name), super::config()).await;
            })*
        }

    };
}

/// The same where every program runs in a cell. Each is in one of two lists: what begins with `long_` runs only with all
/// tests.
macro_rules! in_cells {
    ($list:ident $module:ident $($name:ident)*) => {
        const $list: &[&str] = &[$(stringify!($name)),*];

        mod $module {
            $(#[tokio::test]
            async fn $name() {
                super::passes(stringify!($name), super::config_of_cells()).await;
            })*
        }
    };
}

cases! {
    1 time case_01_a_busy_loop_is_stopped_by_its_cpu_time
    2 time case_02_a_sleeper_is_stopped_by_the_wall_clock
    3 time case_03_a_loop_deaf_to_all_signals_is_stopped
    4 time case_04_limits_that_a_program_raises_for_itself_still_hold
    5 processes case_05_a_fork_bomb_hurts_nobody_else
    6 processes case_06_a_thread_bomb_hurts_nobody_else
    7 processes case_07_a_daemon_left_behind_dies_before_the_next_test
    8 processes case_08_a_daemon_that_keeps_the_output_open_holds_up_nothing
    9 processes case_09_late_output_never_appears_in_the_next_test
    10 processes case_10_a_storm_of_short_children_uses_up_the_cpu_time
    11 processes case_11_signals_do_not_reach_the_runner
    12 time case_12_a_program_that_stops_itself_is_stopped_by_the_wall_clock
    13 forgery case_13_the_runner_cannot_be_looked_into
    14 forgery case_14_no_inherited_descriptor_takes_a_forged_result
    15 forgery case_15_printed_frames_and_verdicts_are_mere_bytes
    16 forgery case_16_the_expected_output_is_nowhere_to_be_found
    17 leftovers case_17_a_test_cannot_plant_an_answer_for_the_next
    18 leftovers case_18_no_state_counts_the_tests
    18 leftovers case_18_process_ids_tell_nothing_of_other_submissions
    19 forgery case_19_inputs_of_other_tests_are_not_there
    20 memory case_20_ten_gigabytes_at_once_are_refused
    21 memory case_21_memory_touched_slowly_past_the_limit_is_noticed
    22 memory case_22_memory_outside_of_processes_counts_and_comes_back
    23 memory case_23_children_share_one_limit
    24 memory case_24_untouched_memory_costs_nothing
    25 recursion case_25_deep_recursion_is_fine
    25 recursion case_25_endless_recursion_on_the_stack_is_a_crash
    25 recursion case_25_endless_recursion_of_python_is_stopped
    26 memory case_26_locked_and_huge_pages_are_refused_or_counted
    27 streams case_27_endless_output_is_cut_and_costs_the_verifier_nothing
    28 time case_28_small_writes_cost_the_program_and_not_the_verifier
    29 endings case_29_a_right_output_does_not_excuse_a_bad_end
    30 streams case_30_odd_bytes_follow_the_rule_of_the_comparison
    31 streams case_31_large_streams_do_not_deadlock
    32 streams case_32_closed_streams_are_a_wrong_answer
    33 streams case_33_reading_past_the_input_meets_its_end
    34 streams case_34_an_empty_input_is_a_real_file_and_stays_empty
    35 files case_35_files_without_end_fill_nothing_and_are_gone_soon
    36 leftovers case_36_special_files_lead_nowhere
    37 privileges case_37_no_way_to_gain_privileges
    38 network case_38_there_is_no_network
    39 privileges case_39_other_doors_to_the_kernel_are_shut
    40 privileges case_40_the_machine_cannot_be_touched
    41 privileges case_41_one_core_is_all_there_is
    42 time case_42_garbage_just_before_the_limit_is_a_wrong_answer
    43 endings case_43_every_signal_and_exit_code_is_a_runtime_error
    44 python case_44_only_the_bytes_that_python_prints_count
    45 python case_45_modules_named_like_ours_are_not_found
    46 python case_46_bad_python_sources_fail_the_same_way_every_time
    47 python case_47_python_is_the_same_every_time
    48 python case_48_a_broken_interpreter_is_gone_with_its_test
    49 compile case_49_including_devices_does_not_compile
    50 compile case_50_explosions_of_the_compiler_do_not_compile
    51 compile case_51_endless_messages_of_the_compiler_are_cut
    52 compile case_52_instructions_that_the_machine_lacks_are_runtime_errors
    53 compile case_53_code_outside_main_is_run_and_judged
    54 compile case_54_sources_without_one_main_do_not_compile
    55 compile case_55_the_precompiled_header_changes_no_verdict
    56 service case_56_nonsense_is_refused_before_anything_starts
    57 leaving case_57_a_client_that_leaves_takes_its_containers_along
    59 faults case_59_a_container_removed_by_hand_is_no_verdict
    59 faults case_59_an_engine_that_fails_is_no_verdict
    59 faults case_59_what_a_killed_verifier_leaves_is_swept_away
    60 checkers case_60_a_broken_checker_is_told_apart
    60 checkers case_60_hostile_outputs_and_checkers_reach_nothing
    61 checkers case_61_integers_are_exact_and_floats_only_where_declared
    61 checkers case_61_other_orders_and_forms_follow_their_rule
}

// What cells could let happen.
in_cells! {
    IN_CELLS in_cells
    case_02_a_sleeper_is_stopped_by_the_wall_clock
    case_04_limits_that_a_program_raises_for_itself_still_hold
    case_05_a_fork_bomb_hurts_nobody_else
    case_06_a_thread_bomb_hurts_nobody_else
    case_07_a_daemon_left_behind_dies_before_the_next_test
    case_08_a_daemon_that_keeps_the_output_open_holds_up_nothing
    case_09_late_output_never_appears_in_the_next_test
    case_11_signals_do_not_reach_the_runner
    case_13_the_runner_cannot_be_looked_into
    case_14_no_inherited_descriptor_takes_a_forged_result
    case_15_printed_frames_and_verdicts_are_mere_bytes
    case_16_the_expected_output_is_nowhere_to_be_found
    case_17_a_test_cannot_plant_an_answer_for_the_next
    case_18_no_state_counts_the_tests
    case_18_process_ids_tell_nothing_of_other_submissions
    case_19_inputs_of_other_tests_are_not_there
    case_20_ten_gigabytes_at_once_are_refused
    case_21_memory_touched_slowly_past_the_limit_is_noticed
    case_22_memory_outside_of_processes_counts_and_comes_back
    case_23_children_share_one_limit
    case_24_untouched_memory_costs_nothing
    case_25_deep_recursion_is_fine
    case_25_endless_recursion_on_the_stack_is_a_crash
    case_25_endless_recursion_of_python_is_stopped
    case_26_locked_and_huge_pages_are_refused_or_counted
    case_29_a_right_output_does_not_excuse_a_bad_end
    case_31_large_streams_do_not_deadlock
    case_32_closed_streams_are_a_wrong_answer
    case_35_files_without_end_fill_nothing_and_are_gone_soon
    case_36_special_files_lead_nowhere
    case_37_no_way_to_gain_privileges
    case_38_there_is_no_network
    case_39_other_doors_to_the_kernel_are_shut
    case_40_the_machine_cannot_be_touched
    case_41_one_core_is_all_there_is
    case_44_only_the_bytes_that_python_prints_count
    case_45_modules_named_like_ours_are_not_found
    case_47_python_is_the_same_every_time
    case_48_a_broken_interpreter_is_gone_with_its_test
    case_56_nonsense_is_refused_before_anything_starts
    case_57_a_client_that_leaves_takes_its_containers_along
    case_59_a_container_removed_by_hand_is_no_verdict
    case_59_an_engine_that_fails_is_no_verdict
}

// What has little to do with what lies around a program.
in_cells! {
    LONG_IN_CELLS long_in_cells
    case_01_a_busy_loop_is_stopped_by_its_cpu_time
    case_03_a_loop_deaf_to_all_signals_is_stopped
    case_10_a_storm_of_short_children_uses_up_the_cpu_time
    case_12_a_program_that_stops_itself_is_stopped_by_the_wall_clock
    case_27_endless_output_is_cut_and_costs_the_verifier_nothing
    case_28_small_writes_cost_the_program_and_not_the_verifier
    case_30_odd_bytes_follow_the_rule_of_the_comparison
    case_33_reading_past_the_input_meets_its_end
    case_34_an_empty_input_is_a_real_file_and_stays_empty
    case_42_garbage_just_before_the_limit_is_a_wrong_answer
    case_43_every_signal_and_exit_code_is_a_runtime_error
    case_46_bad_python_sources_fail_the_same_way_every_time
    case_49_including_devices_does_not_compile
    case_50_explosions_of_the_compiler_do_not_compile
    case_51_endless_messages_of_the_compiler_are_cut
    case_52_instructions_that_the_machine_lacks_are_runtime_errors
    case_53_code_outside_main_is_run_and_judged
    case_54_sources_without_one_main_do_not_compile
    case_55_the_precompiled_header_changes_no_verdict
    case_59_what_a_killed_verifier_leaves_is_swept_away
    case_60_a_broken_checker_is_told_apart
    case_60_hostile_outputs_and_checkers_reach_nothing
    case_61_integers_are_exact_and_floats_only_where_declared
    case_61_other_orders_and_forms_follow_their_rule
}

#[test]
fn every_number_has_a_case() {
    // 58 takes long and is in `overload`.
    let elsewhere = [58];
    for number in 1..=61 {
        let is_here = CASES.iter().any(|case| case.number == number);
        assert_ne!(is_here, elsewhere.contains(&number), "case {number}");
    }
    for case in CASES {
        let prefix = format!("case_{:02}_", case.number);
        assert!(case.name.starts_with(&prefix), "{}", case.name);
        let lists = [IN_CELLS, LONG_IN_CELLS];
        let times = lists
            .concat()
            .iter()
            .filter(|name| **name == case.name)
            .count();
        assert_eq!(times, 1, "{} in cells", case.name);
    }
}
