//! Why a file was not imported.

use domain::bpmn::{MAX, Remark, What};
use domain::{Label, Lang, Problem, Refusal};

/// More lines than these are only counted.
const SHOWN: usize = 200;

/// What is told of a file that was refused: what happened, and each place that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotImported {
    pub why: String,
    pub places: Vec<String>,
}

impl NotImported {
    /// A file that is not understood as a whole.
    pub fn remarks(lang: Lang, remarks: &[Remark]) -> NotImported {
        let mut places: Vec<String> = remarks.iter().take(SHOWN).map(|known| remark(lang, known)).collect();
        if remarks.len() > SHOWN {
            places.push(tr!(lang, drawing.and_more, n = remarks.len() - SHOWN));
        }
        NotImported { why: tr!(lang, drawing.refused_text), places }
    }

    /// A file whose pipeline cannot be saved; its stages are named.
    pub fn problem(lang: Lang, problem: &Problem, stages: &[Label]) -> NotImported {
        let why = match problem {
            Problem::Invalid { fields } => {
                let places = fields.iter().map(|known| {
                    format!(
                        "{}: {}",
                        place(lang, &known.field, stages),
                        crate::text::fault(lang, known.fault)
                    )
                });
                return NotImported { why: tr!(lang, drawing.place_text), places: places.collect() };
            }
            Problem::Conflict { .. } => tr!(lang, drawing.conflict),
            Problem::Refused { reasons } if reasons.contains(&Refusal::StageInUse) => {
                tr!(lang, drawing.stage_in_use)
            }
            other => crate::text::problem(lang, other),
        };
        NotImported { why, places: Vec::new() }
    }

    /// A file that leaves these stages out, which have so many open deals.
    pub fn in_use(lang: Lang, stages: &[(Label, u64)]) -> NotImported {
        let place = |(name, deals): &(Label, u64)| {
            format!("{}: {}", name.get(lang), tr!(lang, process.deals_n, n = *deals))
        };
        NotImported { why: tr!(lang, drawing.stage_in_use), places: stages.iter().map(place).collect() }
    }
}

/// A field by its stage's name: `stages.2.tasks.0.title` is "Visit: tasks.0.title".
fn place(lang: Lang, field: &str, stages: &[Label]) -> String {
    let stage = field.strip_prefix("stages.").and_then(|rest| {
        let (at, part) = rest.split_once('.')?;
        Some((stages.get(at.parse::<usize>().ok()?)?, part))
    });
    match stage {
        Some((name, part)) => format!("{}: {part}", name.get(lang)),
        None => field.to_owned(),
    }
}

/// What of a file is not understood, with its line.
fn remark(lang: Lang, remark: &Remark) -> String {
    let what = match &remark.what {
        What::TooLarge => tr!(lang, drawing.too_large, n = MAX / (1024 * 1024)),
        What::Unreadable { why } => tr!(lang, drawing.unreadable, why = short(why)),
        What::Doctype => tr!(lang, drawing.doctype),
        What::Element { name } => tr!(lang, drawing.element, name = short(name)),
        What::Attribute { element, name } => {
            tr!(lang, drawing.attribute, element = short(element), name = short(name))
        }
        What::Value { name, value } => tr!(lang, drawing.value, name = short(name), value = short(value)),
        What::Text { element } => tr!(lang, drawing.text, element = short(element)),
        What::Missing { element, name } => {
            tr!(lang, drawing.missing, element = short(element), name = short(name))
        }
        What::Repeated { name } => tr!(lang, drawing.repeated, name = short(name)),
        What::Unresolved { name } => tr!(lang, drawing.unresolved, name = short(name)),
        What::Aside { name } => tr!(lang, drawing.aside, name = short(name)),
        What::Unreached { name } => tr!(lang, drawing.unreached, name = short(name)),
        What::Caption { text } => tr!(lang, drawing.caption, text = short(text)),
    };
    tr!(lang, drawing.line, n = remark.line, what = what)
}

/// So much of a text that one knows which it is.
fn short(text: &str) -> String {
    const MOST: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use domain::Fault;

    use super::*;

    #[test]
    fn every_remark_has_its_line_and_both_languages() {
        let name = || "x".to_owned();
        let all = [
            What::TooLarge,
            What::Unreadable { why: name() },
            What::Doctype,
            What::Element { name: name() },
            What::Attribute { element: name(), name: name() },
            What::Value { name: name(), value: "word ".repeat(40) },
            What::Text { element: name() },
            What::Missing { element: name(), name: name() },
            What::Repeated { name: name() },
            What::Unresolved { name: name() },
            What::Aside { name: name() },
            What::Unreached { name: name() },
            What::Caption { text: name() },
        ];
        for what in all {
            let told = Lang::ALL.map(|lang| remark(lang, &Remark { line: 12, what: what.clone() }));
            assert!(told.iter().all(|text| text.contains("12") && text.chars().count() < 200), "{told:?}");
            assert_ne!(told[0], told[1]);
        }
        let many = vec![Remark { line: 1, what: What::Doctype }; SHOWN + 5];
        let told = NotImported::remarks(Lang::En, &many);
        assert_eq!((told.places.len(), told.places[SHOWN].as_str()), (SHOWN + 1, "and 5 more"));
    }

    #[test]
    fn faults_are_told_with_their_stage() {
        let stages = [Label::new("Visit", "Выезд")];
        let told = |field: &str| {
            let problem = Problem::field(field, Fault::Required);
            NotImported::problem(Lang::Ru, &problem, &stages).places.remove(0)
        };
        assert!(told("stages.0.tasks.1.title").starts_with("Выезд: tasks.1.title: "));
        assert!(told("stages.7.name").starts_with("stages.7.name: "));
        assert!(told("name").starts_with("name: "));
        let in_use = NotImported::problem(Lang::En, &Problem::refused(Refusal::StageInUse), &stages);
        assert!(in_use.why.contains("leaves out") && in_use.places.is_empty());
        let told = NotImported::in_use(Lang::En, &[(stages[0].clone(), 3)]);
        assert_eq!((told.why, told.places), (in_use.why, vec!["Visit: open deals: 3".to_owned()]));
    }
}
