use serde::{Deserialize, Serialize};

/// A finished paper, ready to be typeset: every text is already translated and every number formatted.
///
/// Amounts inside running text keep together only where the caller grouped their digits with no-break spaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Language of the texts, an ISO 639 code such as `ru` or `en`; it guides line breaking and screen readers.
    pub lang: String,
    /// What the paper is, such as "Commercial offer".
    pub kind: String,
    /// The paper's own number, with its revision if it has one.
    pub number: String,
    /// The date of the paper.
    pub date: String,
    /// The title, the largest text on the first page.
    pub title: String,
    /// Text between the parties and the table; blank lines part paragraphs.
    pub intro: String,
    /// Who issues the paper; the name also heads the first page.
    pub seller: Party,
    /// Whom the paper is for.
    pub client: Party,
    /// Who else is named under the two sides, such as who pays.
    #[serde(default)]
    pub parties: Vec<Party>,
    /// The column headings of the table.
    pub headings: Headings,
    /// The rows of the table.
    pub lines: Vec<PaperLine>,
    /// Labels and amounts under the table; the last pair is the grand total.
    pub totals: Vec<(String, String)>,
    /// The grand total in words.
    pub amount_in_words: Option<String>,
    /// Conditions under the totals; blank lines part paragraphs.
    pub terms: String,
    /// A closing note such as how long the offer stands.
    pub footer: String,
    /// The two signature blocks of an act, seller first: lines of text over a rule to sign on.
    pub signatures: Option<(String, String)>,
    /// The page label with `{n}` and `{total}` in the places of the numbers.
    pub page_label: String,
}

/// One side of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The role, such as "Client".
    pub label: String,
    /// The full name.
    pub name: String,
    /// Address, tax numbers, contact person: one line each.
    pub details: Vec<String>,
}

/// The column headings of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headings {
    /// Over the names.
    pub service: String,
    /// Over the quantities with their units.
    pub quantity: String,
    /// Over the prices for one unit.
    pub price: String,
    /// Over the discounts.
    pub discount: String,
    /// Over the VAT rates.
    pub vat: String,
    /// Over the sums of the lines.
    pub sum: String,
}

/// One row of the table; the discount and VAT columns appear only if some row fills them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperLine {
    /// The section the row belongs to; a heading is set wherever it changes, `None` stays in the current one.
    pub section: Option<String>,
    /// What is sold.
    pub name: String,
    /// Details in smaller type under the name; may be empty.
    pub description: String,
    /// Quantity with its unit.
    pub quantity: String,
    /// Price for one unit.
    pub price: String,
    /// Discount; may be empty.
    pub discount: String,
    /// VAT rate; may be empty.
    pub vat: String,
    /// Sum of the row.
    pub sum: String,
}
