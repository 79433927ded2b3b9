//! AI assistants.

use super::{Source, known_as, source};
use crate::attribution::rules::SourceKind;

const fn assistant(name: &'static str, hosts: &'static [&'static str]) -> Source {
    source(name, SourceKind::Assistant, hosts)
}

const fn asked(name: &'static str, hosts: &'static [&'static str]) -> Source {
    Source { questions: &["q"], ..assistant(name, hosts) }
}

pub(super) static ASSISTANTS: &[Source] = &[
    assistant("ChatGPT", &["chatgpt.com", "chat.openai.com", "labs.openai.com", "com.openai.chatgpt"]),
    assistant("Claude", &["claude.ai", "com.anthropic.claude"]),
    assistant("Gemini", &["gemini.google.com", "bard.google.com", "com.google.android.apps.bard"]),
    assistant("NotebookLM", &["notebooklm.google.com"]),
    assistant(
        "Copilot",
        &["copilot.microsoft.com", "copilot.com", "copilot.cloud.microsoft", "bing.com/chat"],
    ),
    asked("Perplexity", &[".perplexity.ai", "ai.perplexity.app.android"]),
    known_as(assistant("DeepSeek", &["chat.deepseek.com", "deepseek.com"]), &["deepseek-chat"]),
    assistant("Grok", &["grok.com", "x.com/i/grok", "ai.x.grok"]),
    assistant("Le Chat", &["chat.mistral.ai"]),
    assistant("Alice", &["alice.yandex.*", "yandex.*/alice"]),
    assistant("GigaChat", &["giga.chat"]),
    assistant("Meta AI", &["meta.ai"]),
    assistant("Qwen", &["chat.qwen.ai", "chat.qwenlm.ai"]),
    assistant("Baidu AI", &["yiyan.baidu.com", "ai.baidu.com", "chat.baidu.com"]),
    assistant("ChatGLM", &["chatglm.cn", "chat.z.ai"]),
    assistant("Kimi", &["kimi.com", "kimi.moonshot.cn"]),
    assistant("Doubao", &["doubao.com"]),
    assistant("Chat+", &["chatplus.com", "chat-gpt.org"]),
    assistant("Duck.ai", &["duck.ai"]),
    asked("iAsk", &["iask.ai"]),
    assistant("Jasper", &["app.jasper.ai"]),
    assistant("Writesonic", &["app.writesonic.com"]),
    asked("You.com", &["you.com"]),
    asked("Phind", &["phind.com"]),
    assistant("Poe", &["poe.com"]),
    assistant("Pi", &["pi.ai"]),
    assistant("HuggingChat", &["huggingface.co/chat"]),
];
