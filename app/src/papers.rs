//! The words on offers and acts as documents.

use domain::Lang;
use domain::legal::{LegalEntity, Parties};

/// Labels of a paper in its language.
pub struct PaperText {
    pub offer: String,
    pub act: String,
    pub from: String,
    pub client: String,
    pub service: String,
    pub quantity: String,
    pub price: String,
    pub discount: String,
    pub vat: String,
    pub sum: String,
    pub total_discount: String,
    pub total_net: String,
    pub total_vat: String,
    pub total_gross: String,
    pub sign_seller: String,
    pub sign_client: String,
    /// With `{n}` and `{total}` for the page numbers.
    pub page: String,
}

/// The labels in `lang`.
pub fn labels(lang: Lang) -> PaperText {
    PaperText {
        offer: tr!(lang, papers.offer),
        act: tr!(lang, papers.act),
        from: tr!(lang, papers.from),
        client: tr!(lang, papers.client),
        service: tr!(lang, papers.service),
        quantity: tr!(lang, papers.quantity),
        price: tr!(lang, papers.price),
        discount: tr!(lang, papers.discount),
        vat: tr!(lang, papers.vat),
        sum: tr!(lang, papers.sum),
        total_discount: tr!(lang, papers.total_discount),
        total_net: tr!(lang, papers.total_net),
        total_vat: tr!(lang, papers.total_vat),
        total_gross: tr!(lang, papers.total_gross),
        sign_seller: tr!(lang, papers.sign_seller),
        sign_client: tr!(lang, papers.sign_client),
        page: tr!(lang, papers.page, n = "{n}", total = "{total}"),
    }
}

/// "2026-0118, revision 3"; a first revision is not worth telling.
pub fn number(lang: Lang, number: &str, revision: i32) -> String {
    if revision > 1 {
        tr!(lang, papers.revision, number = number, revision = revision)
    } else {
        number.to_owned()
    }
}

/// Who else a paper names, each with what they are; who pays and receives is named once.
pub fn parties(lang: Lang, parties: &Parties) -> Vec<(String, &LegalEntity)> {
    match (&parties.payer, &parties.consignee) {
        (Some(payer), Some(consignee)) if payer.id == consignee.id => {
            vec![(tr!(lang, papers.payer_and_consignee), payer)]
        }
        (payer, consignee) => {
            let payer = payer.as_ref().map(|entity| (tr!(lang, papers.payer), entity));
            let consignee = consignee.as_ref().map(|entity| (tr!(lang, papers.consignee), entity));
            payer.into_iter().chain(consignee).collect()
        }
    }
}

/// What is said of a legal entity under its name, line by line: numbers of the registers, address, bank.
pub fn particulars(lang: Lang, entity: &LegalEntity) -> Vec<String> {
    let tax = |n: &String| match entity.is_russian() {
        true => tr!(lang, papers.inn, n = n.clone()),
        false => tr!(lang, papers.tax_id, n = n.clone()),
    };
    let registration = |n: &String| match entity.is_russian() {
        true => tr!(lang, papers.ogrn, n = n.clone()),
        false => tr!(lang, papers.registration, n = n.clone()),
    };
    let known = |number: &&String| !number.is_empty();
    let numbers = Some(&entity.tax_id).filter(known).map(tax);
    let numbers = numbers.into_iter().chain(Some(&entity.registration).filter(known).map(registration));
    let lines = entity.address.lines().chain(entity.bank.lines()).map(str::trim);
    numbers.chain(lines.filter(|line| !line.is_empty()).map(str::to_owned)).collect()
}

/// How long an offer is valid.
pub fn valid(lang: Lang, until: chrono::NaiveDate) -> String {
    tr!(lang, papers.valid, date = domain::zone::long_date(until, lang))
}

/// What an act certifies.
pub fn act_text(lang: Lang, offer: &str) -> String {
    tr!(lang, papers.act_text, number = offer)
}
