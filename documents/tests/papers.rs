//! Papers are rendered for real and read back with poppler's tools (`pdftotext`, `pdfinfo`), which must be installed.

use std::path::PathBuf;
use std::process::Command;

use documents::{Paper, PaperLine, Party, render};

const A4_WIDTH: f64 = 595.28;
const A4_HEIGHT: f64 = 841.89;
/// 20 mm less a hair for the side bearings of glyphs.
const MARGIN: f64 = 56.0;

fn sample(name: &str) -> Paper {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A paper rendered to a file, which stays in the target folder for people to look at.
struct Printed(PathBuf);

impl Printed {
    fn new(name: &str, paper: &Paper) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
        std::fs::write(&path, render(paper).unwrap()).unwrap();
        Self(path)
    }

    fn tool(&self, tool: &str, arguments: &[&str]) -> String {
        let output = Command::new(tool)
            .args(&arguments[..arguments.len().min(1)])
            .arg(&self.0)
            .args(arguments.get(1..).unwrap_or_default())
            .output()
            .unwrap_or_else(|error| panic!("{tool} does not run ({error}): install poppler-utils"));
        assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn pages(&self) -> usize {
        let info = self.tool("pdfinfo", &[]);
        let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
        pages.trim().parse().unwrap()
    }

    /// The text of each page, all kinds of white space folded into single spaces.
    fn texts(&self) -> Vec<String> {
        let text = self.tool("pdftotext", &["-layout", "-"]);
        let pages = text.strip_suffix('\u{c}').unwrap_or(&text);
        pages.split('\u{c}').map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    /// Everything printed stands inside the page's side margins and on the sheet.
    fn assert_nothing_is_cut(&self) {
        let number = |line: &str, name: &str| -> f64 {
            let rest = line.split(&format!("{name}=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        let boxes = self.tool("pdftotext", &["-bbox", "-"]);
        for word in boxes.lines().filter(|line| line.trim_start().starts_with("<word")) {
            assert!(number(word, "xMin") >= MARGIN, "left of the margin: {word}");
            assert!(number(word, "xMax") <= A4_WIDTH - MARGIN, "right of the margin: {word}");
            assert!(
                number(word, "yMin") > 20.0 && number(word, "yMax") < A4_HEIGHT - 20.0,
                "off the sheet: {word}"
            );
        }
    }
}

fn with_lines(count: usize) -> Paper {
    let mut paper = sample("offer-ru.json");
    let template = paper.lines.clone();
    paper.lines = (1..=count)
        .map(|index| PaperLine {
            section: Some(format!("Этап {}", (index - 1) / 25 + 1)),
            name: format!("Позиция {index}. {}", template[index % template.len()].name),
            ..template[index % template.len()].clone()
        })
        .collect();
    paper
}

#[test]
fn a_russian_offer_fits_one_page_with_all_its_texts() {
    let paper = sample("offer-ru.json");
    let printed = Printed::new("offer-ru", &paper);
    assert_eq!(printed.pages(), 1);
    let text = &printed.texts()[0];
    for expected in [
        "Коммерческое предложение",
        "КП-2026-118, ревизия 3",
        "24 ноября 2026 г.",
        "Миграция почты и файлов на 120 рабочих мест",
        "ООО «Северный мост»",
        "ООО «Балтстрой»",
        "Игорю Мельнику, директору",
        "Кол-во",
        "1. Подготовка",
        "С архивом за 5 лет, ночью и в выходные",
        "553 392,00 ₽",
        "−72 000,00 ₽",
        "К оплате 1 849 520,00 ₽",
        "Один миллион восемьсот сорок девять тысяч",
        "Предоплата 50 %",
        "Предложение действует до 11 декабря 2026 г.",
        "Страница 1 из 1",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
    printed.assert_nothing_is_cut();
}

#[test]
fn an_english_offer_fits_one_page_and_names_its_language() {
    let printed = Printed::new("offer-en", &sample("offer-en.json"));
    assert_eq!(printed.pages(), 1);
    let text = &printed.texts()[0];
    for expected in [
        "Commercial offer",
        "Fairweather & Sons Builders Ltd",
        "£5,443.20",
        "Total due £18,192.00",
        "Page 1 of 1",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
    let info = printed.tool("pdfinfo", &[]);
    assert!(info.contains("Commercial offer Q-2026-041, revision 2. Mailbox and file migration"), "{info}");
    assert!(info.contains("Tagged:") && info.contains("yes"), "{info}");
    printed.assert_nothing_is_cut();
}

#[test]
fn an_act_has_both_signatures_and_no_empty_columns() {
    let printed = Printed::new("act-ru", &sample("act-ru.json"));
    assert_eq!(printed.pages(), 1);
    let text = &printed.texts()[0];
    assert!(text.contains("Генеральный директор А. С. Белова Директор И. П. Мельник"), "{text}");
    assert!(!text.contains("Скидка"), "{text}");
    assert!(!text.contains(" НДС Сумма"), "{text}");
    printed.assert_nothing_is_cut();
}

#[test]
fn who_pays_and_who_receives_are_named_with_their_particulars() {
    let mut paper = sample("act-ru.json");
    let party = |label: &str, name: &str, details: &[&str]| Party {
        label: label.to_owned(),
        name: name.to_owned(),
        details: details.iter().map(|line| (*line).to_owned()).collect(),
    };
    let bank = "Р/с 40702810900000000001 в ПАО «Банк», к/с 30101810600000000786, БИК 044705615";
    paper.parties = vec![
        party("Плательщик", "АО «Балтстрой-Финанс»", &["ИНН 7707083893", "ОГРН 1027700132195", bank]),
        party("Грузополучатель", "ООО «Верфь»", &["ИНН 7736050003", "183038, Мурманск, Портовый проезд, 1"]),
    ];
    let printed = Printed::new("parties", &paper);
    let text = &printed.texts()[0];
    for expected in [
        "Плательщик Грузополучатель",
        "АО «Балтстрой-Финанс» ООО «Верфь»",
        "ИНН 7707083893 ИНН 7736050003",
        "ОГРН 1027700132195",
        "40702810900000000001",
        "БИК 044705615",
        "183038, Мурманск, Портовый проезд, 1",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
    let at = |part: &str| text.find(part).unwrap();
    assert!(at("ООО «Балтстрой»") < at("Плательщик") && at("Плательщик") < at("К договору"), "{text}");
    printed.assert_nothing_is_cut();
    // One alone stands by itself, and long ones stay in their column.
    paper.parties =
        vec![party("Плательщик и грузополучатель", &"Ы".repeat(120), &["x".repeat(300).as_str()])];
    Printed::new("party", &paper).assert_nothing_is_cut();
}

#[test]
fn a_hundred_lines_repeat_headings_and_number_the_pages() {
    let printed = Printed::new("offer-100", &with_lines(100));
    let texts = printed.texts();
    let total = printed.pages();
    assert_eq!(texts.len(), total);
    assert!((4..=9).contains(&total), "{total} pages");
    for (index, text) in texts.iter().enumerate() {
        assert!(text.contains(&format!("Страница {} из {total}", index + 1)), "{text}");
        assert!(text.contains("Услуга Кол-во Цена"), "no column headings on page {}: {text}", index + 1);
    }
    let all = texts.join(" ");
    let mut from = 0;
    for index in 1..=100 {
        let name = format!("Позиция {index}. ");
        assert_eq!(all.matches(&name).count(), 1, "{name}");
        from += all[from..].find(&name).unwrap_or_else(|| panic!("{name} is out of order"));
    }
    printed.assert_nothing_is_cut();
}

#[test]
fn the_totals_always_share_a_page_with_a_line() {
    for count in 9..=18 {
        let printed = Printed::new("totals", &with_lines(count));
        let texts = printed.texts();
        let page = texts.iter().find(|text| text.contains("К оплате")).unwrap();
        assert!(page.contains("Сумма без скидок"), "the totals of {count} lines are torn: {page}");
        assert!(
            page.contains(&format!("Позиция {count}. ")),
            "the totals of {count} lines are alone: {page}"
        );
        assert!(page.contains("Услуга Кол-во Цена"), "no headings over the last of {count} lines: {page}");
    }
}

#[test]
fn signatures_are_never_alone_on_a_page() {
    let mut paper = sample("act-ru.json");
    for count in (10..=18).step_by(2) {
        paper.lines = with_lines(count).lines;
        for terms in ["Услуги оказаны полностью и в срок.", ""] {
            paper.terms = terms.to_owned();
            let printed = Printed::new("signatures", &paper);
            let texts = printed.texts();
            let page = texts.iter().find(|text| text.contains("А. С. Белова")).unwrap();
            assert!(page.contains(if terms.is_empty() { "Итого" } else { terms }), "{count} lines: {page}");
        }
    }
}

#[test]
fn user_text_is_printed_and_never_evaluated() {
    let mut paper = sample("offer-en.json");
    let hostile = [
        "#read(\"/etc/passwd\")",
        "*x* _y_ `z` $a^2$",
        "#panic(\"boom\")",
        "</w:p> \\u{1F} @ref <label> // no",
    ];
    hostile[0].clone_into(&mut paper.lines[0].name);
    hostile[1].clone_into(&mut paper.lines[1].name);
    hostile[2].clone_into(&mut paper.client.name);
    hostile[3].clone_into(&mut paper.terms);
    let printed = Printed::new("hostile", &paper);
    let text = &printed.texts()[0];
    for expected in hostile {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
    assert!(!text.contains("root:"), "{text}");
}

#[test]
fn long_words_and_huge_amounts_stay_on_the_page() {
    let mut paper = sample("offer-ru.json");
    "Щ".repeat(120).clone_into(&mut paper.lines[0].name);
    paper.lines[1].description = format!("https://example.test/{}", "путь-и-ещё".repeat(30));
    "999 999 999 999 999 999,99 ₽".clone_into(&mut paper.lines[2].price);
    "999 999 999 999 999 999,99 ₽".clone_into(&mut paper.lines[2].sum);
    "1 234 567 человеко-месяцев сопровождения".clone_into(&mut paper.lines[3].quantity);
    paper.lines[4].description = "Подробное описание работ, ".repeat(400);
    paper.title = format!("{} «{}»", "Сопровождение информационной системы".repeat(3), "Я".repeat(90));
    paper.seller.name =
        "Общество с ограниченной ответственностью «Научно-производственное объединение автоматизированных систем управления железнодорожным транспортом»"
            .to_owned();
    paper.client.name = "Ы".repeat(200);
    paper.client.details = vec!["x".repeat(300)];
    paper.footer = "_".repeat(500);
    paper.totals[4].1 = "999 999 999 999 999 999,99 ₽".to_owned();
    let printed = Printed::new("extremes", &paper);
    assert!(printed.pages() > 1);
    printed.assert_nothing_is_cut();
    let all = printed.texts().join(" ");
    assert_eq!(all.matches("Подробное").count(), 400);
}

#[test]
fn signs_outside_the_main_face_and_control_characters_print() {
    let mut paper = sample("offer-en.json");
    "Plan → launch λ ⇒\u{0}\u{1b}\ttab".clone_into(&mut paper.lines[0].name);
    "1\u{202f}850,00\u{202f}₽".clone_into(&mut paper.lines[0].sum);
    let printed = Printed::new("signs", &paper);
    let text = &printed.texts()[0];
    assert!(text.contains("Plan → launch λ ⇒ tab"), "{text}");
    assert!(text.contains("1 850,00 ₽"), "{text}");
    printed.assert_nothing_is_cut();
}

#[test]
fn a_paper_without_lines_totals_or_texts_still_prints() {
    let mut paper = sample("act-ru.json");
    paper.lines.clear();
    paper.totals.clear();
    paper.amount_in_words = None;
    for text in [
        &mut paper.intro,
        &mut paper.terms,
        &mut paper.footer,
        &mut paper.title,
        &mut paper.kind,
        &mut paper.number,
    ] {
        text.clear();
    }
    assert_eq!(Printed::new("empty", &paper).pages(), 1);
    paper.signatures = None;
    assert_eq!(Printed::new("emptier", &paper).pages(), 1);
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let paper = with_lines(30);
    let first = render(&paper).unwrap();
    assert!(first.starts_with(b"%PDF-"));
    assert!(first == render(&paper).unwrap(), "two renderings differ");
}

#[test]
fn a_language_typst_does_not_know_is_an_error() {
    let mut paper = sample("offer-en.json");
    "english".clone_into(&mut paper.lang);
    let error = render(&paper).unwrap_err().to_string();
    assert!(error.contains("cannot be laid out"), "{error}");
}
