//! The client's rating.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{DealId, SurveyId};
use crate::{Fault, Lang, Outcome, Problem};

/// A request for a rating, and its answer once there is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: SurveyId,
    pub deal: DealId,
    pub asked_at: DateTime<Utc>,
    pub sent_to: String,
    pub answered_at: Option<DateTime<Utc>>,
    /// 0–10.
    pub score: Option<i32>,
    pub comment: String,
    /// Path of the client's page, for those who may write: `/s/…`.
    pub public_path: Option<String>,
}

/// The rating page as the client sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicSurvey {
    pub seller: String,
    pub deal_title: String,
    pub answered: Option<i32>,
    pub lang: Lang,
}

/// 0–10 or a fault.
pub fn check_score(score: i32) -> Outcome<i32> {
    if (0..=10).contains(&score) { Ok(score) } else { Err(Problem::field("score", Fault::OutOfRange)) }
}

/// Net promoter score: share of 9–10 minus share of 0–6, in percent points; `None` without answers.
pub fn nps(scores: &[i32]) -> Option<i32> {
    let total = i64::try_from(scores.len()).ok().filter(|n| *n > 0)?;
    let balance: i64 = scores
        .iter()
        .map(|s| {
            if *s >= 9 {
                1
            } else if *s <= 6 {
                -1
            } else {
                0
            }
        })
        .sum();
    Some(crate::money::half_up(i128::from(balance * 100), i128::from(total)) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nps_is_promoters_minus_detractors() {
        assert_eq!(nps(&[10, 9, 8, 6]), Some(25));
        assert_eq!(nps(&[0, 10]), Some(0));
        assert_eq!(nps(&[]), None);
    }
}
