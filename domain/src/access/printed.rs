//! `docs/rights.md` says what the code says: who may do what with whose records.

use std::fmt::Write;

use uuid::Uuid;

use super::*;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/rights.md");

const HEAD: &str = "\
# Who may do what, as delivered

A company changes it under *Settings → Rights*. The columns say whose the record is: the person's own or nobody's, a colleague's of
the same team, somebody else's. A record that is shared is like an own one for reading and, if it is shared so, for writing.

Made by a test of what `domain::access::can` answers: `MILLRACE_WRITE_RIGHTS=1 cargo nextest run -E 'test(printed)'` writes it anew.
";

fn printed() -> String {
    let (me, mate) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
    let (ours, theirs) = (TeamId(Uuid::from_u128(10)), TeamId(Uuid::from_u128(11)));
    let whose = |owner, team| Ownership { owner: Some(owner), team: Some(team), shared: None };
    let columns = [whose(me, ours), whose(mate, ours), whose(mate, theirs)];
    let mut text = HEAD.to_owned();
    for role in Role::ALL {
        let actor = Actor { user: Some(me), role, team: Some(ours), rights: Rights::standard(role) };
        write!(
            text,
            "\n## {}\n\n| record | action | own | team | other |\n|---|---|---|---|---|\n",
            role.code()
        )
        .unwrap();
        for entity in Entity::ALL {
            for action in Action::ALL {
                let cells =
                    columns.map(|whose| if can(&actor, action, entity, whose) { "yes" } else { "no" });
                writeln!(text, "| {} | {} | {} |", entity.code(), action.code(), cells.join(" | ")).unwrap();
            }
        }
    }
    text
}

#[test]
fn the_printed_matrix_is_what_the_code_says() {
    let now = printed();
    if std::env::var_os("MILLRACE_WRITE_RIGHTS").is_some() {
        std::fs::write(FILE, &now).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        kept == now,
        "docs/rights.md is not what the code says: run this test with MILLRACE_WRITE_RIGHTS=1"
    );
}
