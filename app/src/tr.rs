//! Translations by key, checked at compile time. The language of a page never changes while it is open (switching loads the page
//! anew), therefore plain strings serve and both sides render the same.

/// `tr!(lang, leads.title)` or `tr!(lang, common.fault_too_long, n = 200)`: the text as a `String`.
macro_rules! tr {
    ($lang:expr, $($key:ident).+ $(, $name:ident = $value:expr)* $(,)?) => {
        String::from(leptos_i18n::td_string!($crate::ctx::locale($lang), $($key).+ $(, $name = $value)*))
    };
}
