//! The rules in their order, which buttons change.

use domain::attribution::ChannelRule;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Shift;
use super::words;
use crate::ctx::use_lang;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

/// Moving a rule; it outlives the list, which is drawn anew after each move.
#[derive(Clone, Copy)]
pub struct Shifting {
    pub shift: ServerAction<Shift>,
    /// The ids of the button that was pressed and of its twin: the focus goes with the rule.
    pressed: StoredValue<Option<[String; 2]>>,
}

impl Shifting {
    pub fn new() -> Shifting {
        Shifting { shift: ServerAction::new(), pressed: StoredValue::new(None) }
    }

    /// Says that a rule was moved and, when what `drawn` follows was drawn anew, gives the button its focus back.
    pub fn follow(self, drawn: impl Fn() + 'static) {
        let lang = use_lang();
        let toast = use_toast();
        Effect::new(move || {
            if matches!(self.shift.value().get(), Some(Ok(()))) {
                toast.say(tr!(lang, channels.moved));
            }
        });
        Effect::new(move || {
            drawn();
            // An element that was just drawn takes the focus a frame later.
            request_animation_frame(move || request_animation_frame(move || self.refocus()));
        });
    }

    fn refocus(self) {
        use wasm_bindgen::JsCast;
        // The rows stay and take each other's content: the focus is lost, or on the same button of another rule.
        let astray = document().active_element().is_none_or(|active| {
            active.tag_name() == "BODY" || ["up-", "down-"].iter().any(|way| active.id().starts_with(way))
        });
        let Some(ids) = self.pressed.try_get_value().flatten().filter(|_| astray) else { return };
        let usable = |id: &String| document().query_selector(&format!("#{id}:enabled")).ok().flatten();
        let button = ids.iter().find_map(usable);
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focused = button.focus();
        }
    }
}

/// `decided`: where the rule stands that decided the address that is tried.
pub fn list(rules: Vec<ChannelRule>, decided: Option<usize>, writes: bool, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || shifting.shift.value().get());
    let movable = rules.iter().filter(|rule| !rule.is_last()).count();
    let rows = rules.into_iter().enumerate().map(|(at, rule)| {
        let ways = [at > 0 && at < movable, at + 1 < movable];
        row(at, rule, decided == Some(at), writes.then_some(ways), shifting)
    });
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <div class="scroll-x">
                <table class="table rows channel-rules">
                    <caption class="sr-only">{tr!(lang, channels.title)}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="num">{tr!(lang, channels.place)}</th>
                            <th scope="col">{tr!(lang, channels.when)}</th>
                            <th scope="col">{tr!(lang, common.channel)}</th>
                            {writes.then(|| view! { <th scope="col">{tr!(lang, channels.order)}</th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <FormError fail=fail/>
        </section>
    }
    .into_any()
}

/// `ways`: whether it can be asked sooner and later, for those who may change it.
fn row(at: usize, rule: ChannelRule, decided: bool, ways: Option<[bool; 2]>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let asks = words::asks(lang, &rule);
    let asks = match ways {
        Some(_) => {
            view! { <a href=format!("/settings?section=channels&rule={}", rule.id)>{asks}</a> }.into_any()
        }
        None => view! { <span>{asks}</span> }.into_any(),
    };
    let decided = decided.then(|| view! { <span class="tag accent">{tr!(lang, channels.decides)}</span> });
    let order = ways.map(|ways| {
        let nothing = ways == [false, false];
        let buttons = (!nothing).then(|| buttons(&rule, ways, shifting));
        view! { <td class:blank=nothing data-label=tr!(lang, channels.order)>{buttons}</td> }
    });
    view! {
        <tr>
            <td class="num muted" data-label=tr!(lang, channels.place)>{at + 1}</td>
            <td class="first"><div class="row wrap">{asks}{decided}</div></td>
            <td data-label=tr!(lang, common.channel)><b>{rule.channel}</b></td>
            {order}
        </tr>
    }
    .into_any()
}

fn buttons(rule: &ChannelRule, ways: [bool; 2], shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let id = rule.id.to_string();
    let (up, down) = (format!("up-{id}"), format!("down-{id}"));
    let (sooner, later) = (
        tr!(lang, channels.sooner, channel = rule.channel.clone()),
        tr!(lang, channels.later, channel = rule.channel.clone()),
    );
    let press = |button: &str, twin: &str| {
        let ids = [button.to_owned(), twin.to_owned()];
        move |_: leptos::ev::MouseEvent| shifting.pressed.set_value(Some(ids.clone()))
    };
    let (up_pressed, down_pressed) = (press(&up, &down), press(&down, &up));
    view! {
        <ActionForm action=shifting.shift attr:class="row">
            <input type="hidden" name="id" value=id/>
            <button class="button small only" type="submit" id=up name="way" value="up" aria-label=sooner
                disabled=!ways[0] on:click=up_pressed><Icon name="up"/></button>
            <button class="button small only" type="submit" id=down name="way" value="down" aria-label=later
                disabled=!ways[1] on:click=down_pressed><Icon name="down"/></button>
        </ActionForm>
    }
    .into_any()
}
