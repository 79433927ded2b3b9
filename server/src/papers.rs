//! Offers and acts as papers: domain values become the finished texts that are typeset.

use app::papers::{PaperText, act_text, labels, number, particulars, valid};
use documents::{Headings, Paper, PaperLine, Party};
use domain::act::Act;
use domain::legal::{LegalEntity, Parties};
use domain::money::group;
use domain::offer::{OfferLine, PublicOffer, totals};
use domain::settings::Settings;
use domain::{Currency, Lang, Money, zone};

/// No-break space.
const NBSP: &str = "\u{a0}";

/// The paper of an offer, as its client gets it.
pub fn offer(offer: &PublicOffer) -> Paper {
    let (lang, revision) = (offer.lang, &offer.revision);
    let text = labels(lang);
    let date = revision.sent_at.map_or(revision.valid_until, |at| at.date_naive());
    Paper {
        kind: text.offer.clone(),
        number: number(lang, &offer.number, revision.number),
        date: revision.sent_at.map(|_| zone::long_date(date, lang)).unwrap_or_default(),
        title: revision.title.clone(),
        intro: revision.intro.clone(),
        terms: revision.terms.clone(),
        footer: valid(lang, revision.valid_until),
        signatures: None,
        client: party(&text.client, &offer.client, &offer.recipient),
        parties: parties(lang, &offer.parties),
        ..paper(lang, &text, (&offer.seller, &offer.seller_details), &revision.lines, revision.currency)
    }
}

/// The paper of an act, with places to sign.
pub fn act(act: &Act, settings: &Settings, named: &Parties) -> Paper {
    let lang = settings.lang;
    let text = labels(lang);
    Paper {
        kind: text.act.clone(),
        number: act.row.number.clone(),
        date: zone::long_date(act.row.issued_on, lang),
        title: act.title.clone(),
        intro: act_text(lang, &act.offer_number),
        signatures: Some((
            format!("{}\n{}", text.sign_seller, settings.company),
            format!("{}\n{}", text.sign_client, act.client),
        )),
        client: party(&text.client, &act.client, ""),
        parties: parties(lang, named),
        ..paper(lang, &text, (&settings.company, &settings.company_details), &act.lines, act.currency)
    }
}

fn paper(
    lang: Lang,
    text: &PaperText,
    seller: (&str, &str),
    lines: &[OfferLine],
    currency: Currency,
) -> Paper {
    let sums = totals(lines);
    let money = |minor| Money::new(minor, currency).exact(lang);
    let mut total = Vec::new();
    if sums.discount != 0 {
        total.push((text.total_discount.clone(), money(-sums.discount)));
    }
    if sums.vat != 0 {
        total.push((text.total_net.clone(), money(sums.net)));
        total.push((text.total_vat.clone(), money(sums.vat)));
    }
    total.push((text.total_gross.clone(), money(sums.gross)));
    Paper {
        lang: lang.code().to_owned(),
        kind: String::new(),
        number: String::new(),
        date: String::new(),
        title: String::new(),
        intro: String::new(),
        seller: party(&text.from, seller.0, seller.1),
        client: party(&text.client, "", ""),
        parties: Vec::new(),
        headings: Headings {
            service: text.service.clone(),
            quantity: text.quantity.clone(),
            price: text.price.clone(),
            discount: text.discount.clone(),
            vat: text.vat.clone(),
            sum: text.sum.clone(),
        },
        lines: lines.iter().map(|line| row(line, currency, lang)).collect(),
        totals: total,
        amount_in_words: None,
        terms: String::new(),
        footer: String::new(),
        signatures: None,
        page_label: text.page.clone(),
    }
}

fn party(label: &str, name: &str, details: &str) -> Party {
    Party {
        label: label.to_owned(),
        name: name.to_owned(),
        details: details.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
    }
}

/// Who pays and who receives, where the deal says so.
fn parties(lang: Lang, parties: &Parties) -> Vec<Party> {
    let named = app::papers::parties(lang, parties).into_iter();
    let party = |(label, entity): (String, &LegalEntity)| Party {
        label,
        name: entity.name.clone(),
        details: particulars(lang, entity),
    };
    named.map(party).collect()
}

fn row(line: &OfferLine, currency: Currency, lang: Lang) -> PaperLine {
    PaperLine {
        section: None,
        name: line.name.clone(),
        description: line.description.clone(),
        quantity: format!("{}{NBSP}{}", decimal(line.quantity_milli, 3, lang), line.unit)
            .trim_end()
            .to_owned(),
        price: Money::new(line.price_minor, currency).exact(lang),
        discount: if line.discount_bp == 0 { String::new() } else { percent(line.discount_bp, lang) },
        vat: if line.vat_bp == 0 { String::new() } else { percent(line.vat_bp, lang) },
        sum: Money::new(line.totals().gross, currency).exact(lang),
    }
}

/// `basis points` as "22 %" or "22%".
fn percent(basis_points: i32, lang: Lang) -> String {
    let number = decimal(i64::from(basis_points), 2, lang);
    match lang {
        Lang::Ru => format!("{number}{NBSP}%"),
        Lang::En => format!("{number}%"),
    }
}

/// A scaled integer without superfluous zeros: 1 500 with three decimals is "1.5".
fn decimal(scaled: i64, decimals: u32, lang: Lang) -> String {
    let scale = 10u64.pow(decimals);
    let whole = group(scaled.unsigned_abs() / scale, lang);
    let fraction = format!("{:0width$}", scaled.unsigned_abs() % scale, width = decimals as usize);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        whole
    } else {
        format!("{whole}{}{fraction}", if lang == Lang::Ru { ',' } else { '.' })
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{AccountId, LegalEntityId};

    use super::*;

    fn entity(id: u128, country: &str) -> LegalEntity {
        LegalEntity {
            id: LegalEntityId(uuid::Uuid::from_u128(id)),
            account: AccountId(uuid::Uuid::nil()),
            name: "ООО «Верфь»".into(),
            country: country.into(),
            tax_id: "7707083893".into(),
            registration: String::new(),
            address: "Мурманск,\n Портовый проезд, 1 ".into(),
            bank: "р/с 40702810900000000001\n\nБИК 044705615".into(),
            version: 1,
        }
    }

    #[test]
    fn payer_and_consignee_are_named_with_all_that_is_known() {
        let (payer, consignee) = (entity(1, "RU"), LegalEntity { bank: String::new(), ..entity(2, "DE") });
        let named = Parties { payer: Some(payer.clone()), consignee: Some(consignee) };
        let told = parties(Lang::Ru, &named);
        let labels: Vec<_> = told.iter().map(|party| party.label.as_str()).collect();
        assert_eq!(labels, ["Плательщик", "Грузополучатель"]);
        assert_eq!(
            told[0].details,
            [
                "ИНН 7707083893",
                "Мурманск,",
                "Портовый проезд, 1",
                "р/с 40702810900000000001",
                "БИК 044705615"
            ]
        );
        assert_eq!(told[1].details[0], "Налоговый номер 7707083893");
        let both = Parties { payer: Some(payer.clone()), consignee: Some(payer) };
        let told = parties(Lang::En, &both);
        let labels: Vec<_> = told.iter().map(|party| party.label.as_str()).collect();
        assert_eq!(labels, ["Payer and consignee"]);
        assert!(parties(Lang::En, &Parties::default()).is_empty());
    }

    #[test]
    fn quantities_and_rates_read_naturally() {
        assert_eq!(decimal(120_000, 3, Lang::En), "120");
        assert_eq!(decimal(1_234_500, 3, Lang::Ru), "1\u{a0}234,5");
        assert_eq!(percent(2200, Lang::Ru), "22\u{a0}%");
        assert_eq!(percent(1250, Lang::En), "12.5%");
    }
}
