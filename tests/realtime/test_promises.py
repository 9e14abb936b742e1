"""The promises of the live layer, and the tests that keep them: each has a test, and a twin that can fail.

A twin takes away what the promise stands on (`twin` in its name), or shows the fault that it is about.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

PROMISES: dict[str, tuple[list[str], list[str]]] = {
    "1. On a log a client sees `seq = last + 1`, or `reset`": (
        [
            "test_1_a_client_that_loses_its_connection_again_and_again_misses_nothing",
            "test_1_a_raw_socket_sees_every_seq_once_from_where_it_was",
            "test_1_many_missed_events_come_in_pages_and_the_others_are_served_meanwhile",
            "test_1_who_was_away_longer_than_events_are_kept_is_told_and_goes_on",
            "test_race_attach_against_publish_loses_nothing",
            "test_race_resume_against_repair_loses_nothing",
            "test_race_drain_against_publish_loses_nothing",
        ],
        ["test_1_twin_without_positions_a_reader_that_comes_back_misses_events"],
    ),
    "2. `diff.from_seq` is the client's version, or it gets a `snapshot`": (
        [
            "test_2_a_state_is_resumed_by_one_merged_diff",
            "test_2_a_version_nobody_remembers_gets_a_snapshot",
            "test_2_watchers_of_two_nodes_converge_while_rows_change_and_sockets_drop",
            "test_race_unsubscribe_against_snapshot_is_the_end",
        ],
        ["test_2_twin_without_the_chain_of_changes_a_watcher_stays_behind"],
    ),
    "3. Positions are PostgreSQL's: they outlive every node and all of Redis": (
        [
            "test_3_positions_outlive_every_node",
            "test_redis_failing_under_load_loses_nothing",
            "test_what_a_crash_left_is_told_by_another_node_within_300_ms",
        ],
        [
            "test_1_who_cannot_be_resumed_is_told_so",
            "test_twin_a_relay_that_looks_seldom_is_too_late",
        ],
    ),
    "4. Attach, resume and repair cost one read a node, not one a client; attaching is one block": (
        [
            "test_4_many_who_come_at_once_cost_one_read",
            "test_4_nothing_slips_between_the_snapshot_and_the_first_diff",
            "test_4_a_thousand_events_missed_by_many_are_read_once",
        ],
        ["test_4_twin_without_the_archive_each_reader_costs_reads"],
    ),
    "5. A hole is seen at once, a lost end within two seconds; clients notice nothing": (
        ["test_5_a_lost_event_is_noticed_by_the_next", "test_5_a_lost_tail_is_found_by_the_digest"],
        ["test_5_twin_without_the_digest_the_tail_stays_lost"],
    ),
    "6. The same `mid` has one effect and one place": (
        [
            "test_6_what_is_said_twice_is_said_once",
            "test_6_what_was_said_while_the_network_went_is_said_once",
            "test_6_the_same_message_sent_to_two_nodes_at_once_is_said_once",
        ],
        ["test_6_twin_a_host_that_forgets_what_was_said_says_it_again"],
    ),
    "7. What is revoked ends everywhere within two seconds, also on a node that is cut off": (
        [
            "test_7_a_revoked_token_ends_its_sockets_on_every_node",
            "test_7_a_membership_that_ends_takes_its_subscription",
            "test_7_a_membership_that_ends_takes_its_subscription_on_a_node_that_was_cut_off",
            "test_7_a_revocation_in_the_moment_redis_freezes_takes_less_than_two_seconds",
            "test_7_what_is_revoked_on_one_node_ends_on_another",
            "test_race_revoke_against_subscribe_leaves_nobody_in",
        ],
        [
            "test_7_twin_what_is_not_revoked_stays",
            "test_7_twin_a_node_that_waits_until_it_is_sure_is_too_late",
            "test_race_twin_without_the_second_question_somebody_stays_in",
        ],
    ),
    "8. A slow client costs O(channels) memory, is skipped, served later, or closed": (
        [
            "test_8_a_reader_that_stalls_gets_every_event_when_it_reads_again",
            "test_8_a_stalled_watcher_of_a_state_gets_one_merged_diff",
            "test_8_a_stalled_client_costs_no_memory",
            "test_8_who_takes_nothing_for_long_is_closed_and_can_resume",
            "test_8_gauges_return_to_zero_after_churn",
        ],
        ["test_8_twin_without_skipping_a_stalled_reader_is_a_queue"],
    ),
    "9. Presence is exact within 20 s of a kill; tabs are one member; a reconnect is no news": (
        [
            "test_9_who_was_present_through_a_node_is_gone_within_20_seconds_of_its_kill",
            "test_9_nobody_vanishes_because_redis_was_emptied_or_away",
            "test_a_member_with_several_tabs_on_several_nodes_is_one",
            "test_who_leaves_is_gone_after_the_grace",
            "test_a_reconnect_is_no_news",
        ],
        [
            "test_9_twin_a_ledger_that_is_believed_at_once_lets_people_vanish",
            "test_twin_the_members_of_a_living_node_stay",
        ],
    ),
    "10. A node never looks healthy while it is deaf, and asks for all it missed when it hears again": (
        [
            "test_10_a_node_that_is_deaf_says_so",
            "test_10_a_node_that_hears_again_asks_for_all_it_missed",
            "test_a_subscription_connection_killed_from_outside_is_replaced",
            "test_deaf_nodes_still_see_each_others_events_through_the_database",
        ],
        ["test_10_twin_without_the_resync_it_stays_lost"],
    ),
    "Limits: messages, frames, fragments, subscriptions, requests, samples": (
        [
            "test_fuzz_a_frame_against_the_rules_ends_its_connection_only",
            "test_more_frames_than_a_message_may_hold_are_not_taken",
            "test_endless_empty_fragments_end_the_connection",
            "test_so_many_subscriptions_and_no_more",
            "test_samples_come_at_most_so_often",
            "test_publishing_comes_at_most_so_often",
            "test_subscribing_comes_at_most_so_often",
            "test_limit_asides_come_at_most_so_often",
            "test_no_compression_is_agreed_to",
        ],
        ["test_256_fragments_are_a_message", "test_fuzz_what_is_unusual_but_allowed_goes_on"],
    ),
    "Limits: connections of a member, on all nodes": (
        [
            "test_limit_a_ninth_connection_on_another_node_ends_the_oldest_of_all",
            "test_limit_without_redis_nobody_waits_and_each_node_keeps_it",
        ],
        ["test_limit_twin_eight_connections_and_others_of_somebody_else_stay"],
    ),
    "Limits: handshakes, heads, floods": (
        [
            "test_limit_who_stalls_is_cut_off",
            "test_limit_a_head_of_more_than_64_kib_is_refused",
            "test_limit_a_head_that_the_websocket_parser_refuses_is_answered",
            "test_who_says_nothing_after_the_handshake_is_ended",
            "test_a_flood_of_pings_that_nobody_reads_costs_little",
            "test_limit_a_peer_that_reads_and_pings_without_end_is_cut_off",
            "test_limit_a_peer_that_talks_without_end_is_ended",
        ],
        [
            "test_limit_twin_without_patience_running_out_they_stay",
            "test_twin_without_the_guards_the_flood_is_kept",
            "test_limit_twin_who_talks_much_but_not_too_much_stays",
        ],
    ),
    "Whatever comes, nothing raises out of a connection and nothing grows": (
        [
            "test_fuzz_no_message_raises_out_of_a_session_or_makes_it_grow",
            "test_fuzz_hundreds_of_broken_sockets_leave_nothing_behind",
            "test_no_bytes_of_a_stranger_escape_a_connection",
        ],
        ["test_fuzz_twin_a_decoder_that_lets_anything_through_is_noticed"],
    ),
    "The page is enough to write a client": (
        ["test_a_client_from_the_page_alone_misses_nothing_whatever_happens_to_its_sockets"],
        ["test_a_client_from_the_page_alone_goes_when_it_is_asked_to_and_stays_away_when_told"],
    ),
}


@pytest.fixture(scope="module")
def written() -> set[str]:
    """The names of all tests of the live layer."""
    files = [*(TESTS / "realtime").glob("test_*.py"), *(TESTS / "hub").glob("test_*.py")]
    return {
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_has_its_tests_and_a_twin(promise: str, written: set[str]):
    kept_by, twins = PROMISES[promise]
    assert kept_by
    assert twins
    assert not {*kept_by, *twins} - written


def test_no_numbered_test_is_left_out(written: set[str]):
    """Who adds a test of an invariant by number finds it, or its family, in the table."""
    numbers = {
        number for name in written if (number := name.removeprefix("test_").partition("_")[0]).isdigit()
    }
    assert numbers - {"256"} <= {promise.partition(".")[0] for promise in PROMISES}
