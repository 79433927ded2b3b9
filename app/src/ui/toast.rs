//! Short messages at the foot of the page, read out by screen readers.

use leptos::prelude::*;

use crate::ui::icon::Icon;

/// The message that is on screen.
#[derive(Clone, Copy)]
pub struct Toast(RwSignal<Option<String>>);

impl Toast {
    /// Replaces what is shown.
    pub fn say(self, text: String) {
        self.0.set(Some(text));
    }
}

/// Makes the one toast of all pages. Parts of a page that arrive later could not give it to those that stand already.
pub fn provide() {
    provide_context(Toast(RwSignal::new(None)));
}

/// The toast.
pub fn use_toast() -> Toast {
    expect_context::<Toast>()
}

/// Where toasts appear. They stay until they are closed or replaced: nobody has to read in a hurry.
#[component]
pub fn Toasts() -> impl IntoView {
    let toast = use_toast();
    let lang = crate::ctx::use_lang();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            {move || {
                toast.0.get().map(|text| {
                    view! {
                        <p class="toast">
                            <span>{text}</span>
                            <button type="button" aria-label=tr!(lang, common.close) on:click=move |_| toast.0.set(None)>
                                <Icon name="close"/>
                            </button>
                        </p>
                    }
                })
            }}
        </div>
    }
}
