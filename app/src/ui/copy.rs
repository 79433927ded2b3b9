//! Texts to take away.

/// Copies `text`, which stands in the field `id`. Without a secure context there is no clipboard: the text stands selected in its
/// field in any case.
pub fn copy(id: &str, text: &str) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::{document, window};
        use wasm_bindgen::JsCast;
        let navigator = window().navigator();
        if js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false)
            && window().is_secure_context()
        {
            let _written = navigator.clipboard().write_text(text);
        }
        if let Some(field) = document().get_element_by_id(id) {
            if let Some(line) = field.dyn_ref::<web_sys::HtmlInputElement>() {
                line.select();
            } else if let Some(text) = field.dyn_ref::<web_sys::HtmlTextAreaElement>() {
                text.select();
            }
        }
    }
    let _ = (id, text);
}
