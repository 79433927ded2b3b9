//! The second factor: the second step of signing in, and its owner's page. Whole documents without scripts: none ever sees the
//! secret, and the step stands between two pages of the application without being one.

use domain::second_factor::{Enrolment, SecondFactor, State};
use domain::{Fault, Lang, Problem};
use leptos::prelude::*;
use qrcode::{Color, QrCode};

use super::{Visit, bar, document, failed, fault};

/// Where the owner's page is; its forms post to paths below.
pub const PAGE: &str = "/profile/second-factor";
/// White modules around a QR code that readers need.
const QUIET: usize = 4;
/// Characters of the key between spaces.
const GROUP: usize = 4;

/// The step after the password. The form posts `code` and `next` to `/login/code`.
pub fn code_step(visit: &Visit, next: &str, problem: Option<&Problem>) -> String {
    let lang = visit.lang;
    let next = next.to_owned();
    document(visit, tr!(lang, second.step_title), || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <section class="doc-card">
                    <form class="stack" method="post" action="/login/code">
                        <h1>{tr!(lang, second.step_title)}</h1>
                        <p class="soft">{tr!(lang, second.step_text)}</p>
                        <input type="hidden" name="next" value=next/>
                        {code_field(lang, true, problem)}
                        {whole(lang, problem)}
                        <button class="button primary large" type="submit">{tr!(lang, second.go_on)}</button>
                        <p><a href="/login">{tr!(lang, second.start_over)}</a></p>
                    </form>
                </section>
            </main>
        }
        .into_any()
    })
}

/// The owner's page.
pub fn second_factor(visit: &Visit, factor: &SecondFactor, problem: Option<&Problem>) -> String {
    let lang = visit.lang;
    document(visit, tr!(lang, second.title), || {
        let demanded = (factor.demanded && !matches!(factor.state, State::On { .. }))
            .then(|| view! { <p role="status"><strong>{tr!(lang, second.demanded)}</strong></p> });
        let body = match &factor.state {
            State::Off => view! {
                <p class="soft">{tr!(lang, second.off_text)}</p>
                {whole(lang, problem)}
                {begin(tr!(lang, second.begin), "button primary large")}
            }
            .into_any(),
            State::Begun(enrolment) => begun(lang, enrolment, factor.has_password, problem),
            State::On { since, codes_left } => {
                let date = domain::zone::date(visit.zone.local(*since).date(), lang);
                view! {
                    <p role="status">{tr!(lang, second.on_since, date = date)}" "{tr!(lang, second.codes_left, left = *codes_left)}</p>
                    <form class="stack" method="post" action=format!("{PAGE}/codes")>
                        <p class="soft">{tr!(lang, second.prove)}</p>
                        {factor.has_password.then(|| password_field(lang, problem))}
                        {code_field(lang, false, problem)}
                        {whole(lang, problem)}
                        <div class="row wrap">
                            <button class="button" type="submit">{tr!(lang, second.renew)}</button>
                            <button class="button danger" type="submit" formaction=format!("{PAGE}/off")>{tr!(lang, second.turn_off)}</button>
                        </div>
                    </form>
                }
                .into_any()
            }
        };
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <section class="doc-card stack">
                    <h1>{tr!(lang, second.title)}</h1>
                    {demanded}
                    {body}
                    <p><a href="/profile">{tr!(lang, second.back)}</a></p>
                </section>
            </main>
        }
        .into_any()
    })
}

/// The recovery codes, shown this once.
pub fn recovery_codes(visit: &Visit, codes: &[String]) -> String {
    let lang = visit.lang;
    let codes = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    document(visit, tr!(lang, second.codes_title), || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <section class="doc-card stack">
                    <h1>{tr!(lang, second.codes_title)}</h1>
                    <p class="soft">{tr!(lang, second.codes_text)}</p>
                    <ol aria-label=tr!(lang, second.codes_title)>{codes}</ol>
                    <p><a class="button primary large" href="/">{tr!(lang, second.codes_kept)}</a></p>
                </section>
            </main>
        }
        .into_any()
    })
}

fn begun(lang: Lang, enrolment: &Enrolment, has_password: bool, problem: Option<&Problem>) -> AnyView {
    let secret: Vec<char> = enrolment.secret.chars().collect();
    let secret = secret.chunks(GROUP).map(String::from_iter).collect::<Vec<_>>().join(" ");
    view! {
        <p class="soft">{tr!(lang, second.begun_text)}</p>
        {picture(lang, &enrolment.address)}
        <p>{tr!(lang, second.secret)}": "<code>{secret}</code></p>
        <form class="stack" method="post" action=format!("{PAGE}/confirm")>
            {has_password.then(|| password_field(lang, problem))}
            {code_field(lang, false, problem)}
            {whole(lang, problem)}
            <button class="button primary large" type="submit">{tr!(lang, second.confirm)}</button>
        </form>
        {begin(tr!(lang, second.again), "button quiet")}
    }
    .into_any()
}

fn begin(label: String, class: &'static str) -> AnyView {
    view! {
        <form method="post" action=format!("{PAGE}/begin")><button class=class type="submit">{label}</button></form>
    }
    .into_any()
}

/// The QR code, black on white whatever the page's colours are. What no QR code holds has the key beside it.
fn picture(lang: Lang, address: &str) -> Option<AnyView> {
    let code = QrCode::new(address).ok()?;
    let width = code.width();
    let dark = code.into_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET)).collect();
    let size = (width + 2 * QUIET).to_string();
    let view_box = format!("0 0 {size} {size}");
    Some(
        view! {
            <svg width="208" height="208" viewBox=view_box role="img" aria-label=tr!(lang, second.qr)>
                <rect width=size.clone() height=size fill="#fff"></rect>
                <path d=path fill="#000"></path>
            </svg>
        }
        .into_any(),
    )
}

fn password_field(lang: Lang, problem: Option<&Problem>) -> AnyView {
    let wrong = problem.and_then(|problem| problem.fault_of("password"));
    view! {
        <div class="field">
            <label for="password">{tr!(lang, settings.password)}</label>
            <input class="input" id="password" name="password" type="password" autocomplete="current-password" required=true
                aria-invalid=wrong.map(|_| "true") aria-describedby=wrong.map(|_| "password-e")/>
            {fault(lang, "password-e".into(), wrong)}
        </div>
    }
    .into_any()
}

fn code_field(lang: Lang, focus: bool, problem: Option<&Problem>) -> AnyView {
    let wrong = problem.and_then(|problem| problem.fault_of("code"));
    let text = wrong.map(|wrong| match wrong {
        Fault::Taken => tr!(lang, second.on_already),
        _ => tr!(lang, second.wrong_code),
    });
    view! {
        <div class="field">
            <label for="code">{tr!(lang, second.code)}</label>
            <input class="input" id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false"
                maxlength="40" required=true autofocus=focus
                aria-invalid=wrong.map(|_| "true") aria-describedby=wrong.map(|_| "code-e")/>
            {text.map(|text| view! { <p class="error" id="code-e" role="alert">{text}</p> })}
        </div>
    }
    .into_any()
}

/// What went wrong beside the fields.
fn whole(lang: Lang, problem: Option<&Problem>) -> impl IntoView + use<> {
    failed(lang, problem.filter(|problem| !matches!(problem, Problem::Invalid { .. })))
}

#[cfg(test)]
mod tests {
    use domain::zone::Zone;

    use super::*;

    #[test]
    fn no_page_of_the_second_factor_has_a_script() {
        let zone = Zone { name: "UTC".into(), offsets: vec![(0, 0)] };
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let address =
            "otpauth://totp/North%20Bridge:anna%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        let enrolment = Enrolment { secret: "JBSWY3DPEHPK3PXP".into(), address: address.into() };
        for lang in Lang::ALL {
            let visit = Visit { lang, css: "main.css", company: "North Bridge", zone: &zone, now };
            let page = |state| {
                let factor = SecondFactor { state, demanded: true, has_password: true };
                second_factor(&visit, &factor, Some(&Problem::field("code", Fault::Unknown)))
            };
            let begun = page(State::Begun(enrolment.clone()));
            assert!(begun.contains("JBSW Y3DP EHPK 3PXP") && begun.contains("<path"));
            let pages = [
                page(State::Off),
                begun,
                page(State::On { since: now, codes_left: 9 }),
                code_step(&visit, "/leads?q=\"x", None),
                recovery_codes(&visit, &["abcd-efgh".into()]),
            ];
            for page in pages {
                assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<h1>"));
                assert!(!page.contains("<script") && !page.contains(" style="), "{page}");
            }
        }
    }
}
