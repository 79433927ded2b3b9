//! Logs that keep to the process show no leak; whatever is planted into one is found, once and by its name.

mod story;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use self::story::{End, Plan, Story, any_end, id, plan, start};
use super::*;
use crate::access::{Rights, Role};
use crate::id::UserId;

/// One of the items that the moves of the story asked for.
fn pick(story: &Story, which: Index) -> Option<(Requirement, StageId)> {
    let asked = story.asked();
    (!asked.is_empty()).then(|| asked[which.index(asked.len())])
}

proptest! {
    #[test]
    fn who_keeps_to_the_process_does_not_leak(plan in plan(2..=6_usize, any_end())) {
        prop_assert_eq!(Story::conforming(&plan).leaks(), []);
    }

    #[test]
    fn the_order_in_which_a_log_is_told_does_not_matter(plan in plan(2..=6_usize, any_end())) {
        let mut story = Story::conforming(&plan);
        story.log.events.sort_by_key(|event| !matches!(event.what, What::Entered { .. }));
        prop_assert_eq!(story.leaks(), []);
    }

    #[test]
    fn late_first_response(plan in plan(2..=6_usize, any_end()), minutes in 1..=600_i64) {
        let mut story = Story::conforming(&plan);
        let due_at = start() - TimeDelta::minutes(minutes);
        // Who never called has answered by making a deal of it.
        let answered_at = plan.from_lead.then(|| due_at + TimeDelta::seconds(1));
        story.log.arrival = Some(Arrival { due_at, answered_at });
        prop_assert_eq!(story.leaks(), [(LeakKind::LateFirstResponse, None)]);
    }

    #[test]
    fn skipped_stage(mut plan in plan(3..=6_usize, any_end()), which in any::<Index>()) {
        plan.walked = plan.walked.max(3);
        let mut story = Story::conforming(&plan);
        let skipped = 1 + which.index(plan.walked - 2);
        story.log.events.retain(|event| {
            !matches!(event.what, What::Entered { to, .. } if to == id(skipped))
        });
        for event in &mut story.log.events {
            if let What::Entered { from: Some(from), .. } = &mut event.what && *from == id(skipped) {
                *from = id(skipped - 1);
            }
        }
        prop_assert_eq!(story.leaks(), [(LeakKind::SkippedStage, Some(id(skipped)))]);
    }

    #[test]
    fn missing_required_step(plan in plan(2..=6_usize, any_end()), which in any::<Index>()) {
        let mut story = Story::conforming(&plan);
        if let Some((item, stage)) = pick(&story, which) {
            story.undo(item);
            prop_assert_eq!(story.leaks(), [(LeakKind::MissingRequiredStep, Some(stage))]);
        }
    }

    #[test]
    fn late_required_step(
        plan in plan(2..=6_usize, any_end()),
        which in any::<Index>(),
        overdue in any::<bool>(),
    ) {
        let mut story = Story::conforming(&plan);
        match pick(&story, which) {
            None | Some((Requirement::Field(_), _)) => {}
            Some((item @ Requirement::Task(kind), stage)) if overdue => {
                let at = story.undo(item).unwrap();
                let due_at = at - TimeDelta::seconds(1);
                story.log.events.push(Event { at, what: What::TaskDone { kind, due_at } });
                prop_assert_eq!(story.leaks(), [(LeakKind::LateRequiredStep, Some(stage))]);
            }
            Some((item, stage)) => {
                story.undo(item);
                // What is done at the instant of a move is done before it.
                story.now += TimeDelta::seconds(1);
                story.fulfil(item);
                prop_assert_eq!(story.leaks(), [(LeakKind::LateRequiredStep, Some(stage))]);
            }
        }
    }

    #[test]
    fn backward_move(mut plan in plan(2..=6_usize, any_end()), which in any::<Index>()) {
        plan.walked = plan.walked.max(2);
        let mut story = Story::conforming(&plan);
        let last = story.moves().last().unwrap().2;
        let (from, fell) = match plan.end {
            End::Open => (plan.walked - 1, last),
            End::Won => (plan.open, last),
            End::Lost => (plan.open + 1, id(plan.walked - 1)),
        };
        story.enter(Some(from), which.index(plan.walked - 1));
        story.log.planned = true;
        prop_assert_eq!(story.leaks(), [(LeakKind::BackwardMove, Some(fell))]);
    }

    #[test]
    fn idle_beyond_the_limit(mut plan in plan(2..=6_usize, any_end()), which in any::<Index>()) {
        let place = which.index(plan.walked);
        plan.limits[place] = Some(5);
        let mut story = Story::conforming(&plan);
        let (entered, ..) = story.moves()[place];
        let pause = TimeDelta::days(5) + TimeDelta::seconds(1);
        for event in &mut story.log.events {
            // What happened at the same instant as the move came before it.
            if event.at > entered {
                event.at += pause;
                if let What::TaskDone { due_at, .. } = &mut event.what {
                    *due_at += pause;
                }
            }
        }
        story.now += pause;
        prop_assert_eq!(story.leaks(), [(LeakKind::IdleBeyondLimit, Some(id(place)))]);
    }

    #[test]
    fn no_next_step(plan in plan(2..=6_usize, Just(End::Open))) {
        let mut story = Story::conforming(&plan);
        story.log.planned = false;
        prop_assert_eq!(story.leaks(), [(LeakKind::NoNextStep, Some(id(plan.walked - 1)))]);
    }

    #[test]
    fn waiver(plan in plan(2..=6_usize, any_end()), which in any::<Index>()) {
        let mut story = Story::conforming(&plan);
        if let Some((item, _)) = pick(&story, which) {
            let at = story.undo(item).unwrap_or_else(start);
            story.log.events.push(Event { at, what: What::Waived(item) });
            let kinds: Vec<LeakKind> = story.leaks().into_iter().map(|(kind, _)| kind).collect();
            prop_assert_eq!(kinds, [LeakKind::Waiver]);
        }
    }

    #[test]
    fn lost_without_talking(mut plan in plan(2..=6_usize, Just(End::Lost))) {
        // Nobody asks for a talk: it would be missing as well.
        plan.places[8] = 2 * plan.open + 2;
        let mut story = Story::conforming(&plan);
        story.undo(Requirement::Activity(plan.talk));
        prop_assert_eq!(story.leaks(), [(LeakKind::LostWithoutTalking, Some(id(plan.walked - 1)))]);
    }
}

fn of_three() -> Plan {
    Plan {
        open: 3,
        places: vec![8; 9],
        limits: vec![None; 6],
        hours: vec![10; 6],
        walked: 3,
        end: End::Open,
        talk: Logging::Call,
        from_lead: false,
    }
}

#[test]
fn a_move_is_judged_by_the_version_in_force() {
    let story = Story::conforming(&of_three());
    let mut later = story.process.clone();
    later.version = 2;
    // Today the last stage asks for an offer, and another stage stands before it.
    later.stages[2].about.enter.push(Requirement::OfferSent);
    let mut between = later.stages[1].clone();
    between.id = id(50);
    later.stages.insert(2, between);
    let mut versions = Versions::default();
    versions.add(story.process.clone());
    versions.add(later);
    assert_eq!(check(&story.log, &versions, story.now), []);

    let mut log = story.log.clone();
    for event in &mut log.events {
        if let What::Entered { version, .. } = &mut event.what {
            *version = 2;
        }
    }
    let kinds: Vec<_> = check(&log, &versions, story.now).into_iter().map(|leak| leak.kind).collect();
    assert_eq!(kinds, [LeakKind::SkippedStage, LeakKind::MissingRequiredStep]);
}

#[test]
fn who_is_moved_out_of_a_retired_stage_did_not_leave_the_process() {
    let mut story = Story::conforming(&of_three());
    story.process.stages.remove(2);
    story
        .log
        .events
        .push(Event { at: story.now, what: What::Entered { from: Some(id(2)), to: id(0), version: 1 } });
    assert_eq!(story.leaks(), []);
}

#[test]
fn a_lost_deal_goes_on_where_it_was_lost() {
    let mut story = Story::conforming(&Plan { end: End::Lost, ..of_three() });
    story.log.planned = true;
    story.enter(Some(4), 2);
    assert_eq!(story.leaks(), []);
}

#[test]
fn a_rep_sees_their_own_and_heads_see_others() {
    let actor = |role| Actor {
        user: Some(UserId(Uuid::from_u128(1))),
        role,
        team: None,
        rights: Rights::standard(role),
    };
    for (role, sees) in [
        (Role::Admin, true),
        (Role::HeadOfSales, true),
        (Role::SalesRep, false),
        (Role::Delivery, false),
        (Role::Marketer, true),
        (Role::Viewer, true),
    ] {
        assert_eq!(sees_others(&actor(role), false), sees, "{role:?}");
        assert!(sees_others(&actor(role), true));
    }
}

#[test]
fn kinds_are_written_and_read_alike() {
    for kind in LeakKind::ALL {
        assert_eq!(LeakKind::from_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
    }
}

#[test]
fn nothing_with_a_leak_is_wholly_straight() {
    assert_eq!(Run { deals: 1000, straight: 999 }.percent(), Some(99));
    assert_eq!(Run { deals: 3, straight: 3 }.percent(), Some(100));
    assert_eq!(Run::default().percent(), None);
}
