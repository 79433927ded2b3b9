//! What the browser does before the page comes alive.

use leptos::prelude::*;

use crate::ctx::PageContext;

/// Reads the context that the server wrote into the document.
pub fn context() -> PageContext {
    #[cfg(feature = "hydrate")]
    if let Some(text) =
        document().get_element_by_id("page-context").and_then(|element| element.text_content())
    {
        return serde_json::from_str(&text).unwrap_or_default();
    }
    use_context::<PageContext>().unwrap_or_default()
}
