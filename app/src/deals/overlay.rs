//! The board as it looks while moves are on their way: the card is in its new column before the server has answered.

use std::collections::BTreeMap;

use domain::Money;
use domain::deal::{BoardColumn, DealCard, weigh};
use domain::id::{DealId, StageId};

/// A move that the loaded board does not know of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub to: StageId,
    /// The card's version on the loaded board; a board with a later one knows better.
    pub seen: i64,
    /// The version the server answered; `None` while the move is on its way.
    pub saved: Option<i64>,
}

pub(super) type Moves = BTreeMap<DealId, Move>;

/// The columns with `moves` done. A moved card stands on top of its new column; counts and sums follow it.
pub(super) fn moved(mut columns: Vec<BoardColumn>, moves: &Moves) -> Vec<BoardColumn> {
    for (id, step) in moves {
        if let Some(mut card) = take(&mut columns, *id, step) {
            card.version = step.saved.unwrap_or(card.version);
            if let Some(column) = columns.iter_mut().find(|column| column.stage.id == step.to) {
                column.count += 1;
                count(column, &card, 1);
                column.cards.insert(0, card);
            }
        }
    }
    columns
}

fn take(columns: &mut [BoardColumn], id: DealId, step: &Move) -> Option<DealCard> {
    let known = columns.iter().any(|column| column.stage.id == step.to);
    let column = columns.iter_mut().find(|column| known && column.cards.iter().any(|card| card.id == id))?;
    let at = column.cards.iter().position(|card| card.id == id && card.version == step.seen)?;
    let card = column.cards.remove(at);
    column.count = column.count.saturating_sub(1);
    count(column, &card, -1);
    Some(card)
}

/// Adds the card's amount to the column's sums, or takes it away.
fn count(column: &mut BoardColumn, card: &DealCard, sign: i64) {
    let chance = card.probability.unwrap_or(column.stage.probability);
    add(&mut column.sums, card.amount, sign);
    add(&mut column.weighted, card.amount.map(|amount| weigh(amount, chance)), sign);
}

fn add(sums: &mut Vec<Money>, amount: Option<Money>, sign: i64) {
    let Some(amount) = amount else { return };
    match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
        Some(sum) => sum.minor += sign * amount.minor,
        None => sums.push(Money::new(sign * amount.minor, amount.currency)),
    }
    sums.retain(|sum| sum.minor != 0);
}

/// How high the water stands in each column, in twentieths: by the sum in `currency`, or by the count where no deal has one.
pub(super) fn levels(columns: &[BoardColumn], currency: domain::Currency) -> Vec<i64> {
    let sum = |column: &BoardColumn| {
        column.sums.iter().filter(|sum| sum.currency == currency).map(|sum| sum.minor).sum()
    };
    let mut weights: Vec<i64> = columns.iter().map(sum).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights = columns.iter().map(|column| i64::try_from(column.count).unwrap_or(i64::MAX)).collect();
    }
    let most = weights.iter().copied().max().unwrap_or_default();
    let level = |weight: i64| match weight {
        0 => 0,
        _ => domain::money::half_up(i128::from(weight) * 20, i128::from(most.max(1))).clamp(1, 20),
    };
    weights.into_iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use domain::pipeline::{Stage, StageKind};
    use domain::{Currency, Label};

    use super::*;

    fn column(id: u128, cards: &[(u128, i64)]) -> BoardColumn {
        let cards: Vec<DealCard> = cards
            .iter()
            .map(|(id, minor)| DealCard {
                id: DealId(uuid::Uuid::from_u128(*id)),
                title: String::new(),
                client: String::new(),
                amount: Some(Money::new(*minor, Currency::Eur)),
                channel: String::new(),
                owner: None,
                next_step: None,
                stage_entered_at: chrono::DateTime::default(),
                version: 1,
                probability: (*minor == 300).then_some(10),
                waivers: 0,
            })
            .collect();
        let mut column = BoardColumn {
            stage: Stage {
                id: StageId(uuid::Uuid::from_u128(id)),
                name: Label::default(),
                kind: StageKind::Open,
                parent: None,
                probability: 50,
                limit_days: None,
                about: domain::pipeline::About::default(),
            },
            count: cards.len() as u64,
            sums: Vec::new(),
            weighted: Vec::new(),
            cards: Vec::new(),
        };
        cards.iter().for_each(|card| count(&mut column, card, 1));
        BoardColumn { cards, ..column }
    }

    fn step(deal: u128, to: u128, seen: i64, saved: Option<i64>) -> Moves {
        Moves::from([(
            DealId(uuid::Uuid::from_u128(deal)),
            Move { to: StageId(uuid::Uuid::from_u128(to)), seen, saved },
        )])
    }

    #[test]
    fn a_moved_card_takes_its_sum_along() {
        let after = moved(vec![column(1, &[(10, 500)]), column(2, &[(11, 300)])], &step(10, 2, 1, Some(2)));
        assert_eq!((after[0].count, after[0].sums.len()), (0, 0));
        assert_eq!((after[1].count, after[1].sums[0].minor), (2, 800));
        assert_eq!(
            (after[1].cards[0].version, after[1].cards[0].amount.map(|sum| sum.minor)),
            (2, Some(500))
        );
    }

    #[test]
    fn a_board_that_knows_better_is_left_alone() {
        let before = vec![column(1, &[(10, 500)]), column(2, &[])];
        assert_eq!(moved(before.clone(), &step(10, 2, 0, Some(1))), before);
        assert_eq!(moved(before.clone(), &step(10, 9, 1, None)), before);
    }

    #[test]
    fn water_stands_by_the_sum_and_never_at_nothing_for_something() {
        assert_eq!(
            levels(&[column(1, &[(1, 1000)]), column(2, &[(2, 1)]), column(3, &[])], Currency::Eur),
            [20, 1, 0]
        );
        assert_eq!(levels(&[column(1, &[(1, 1000)]), column(2, &[])], Currency::Usd), [20, 0]);
    }
}
