//! Chat templates, within bounds.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, ErrorKind, context};

use super::{Message, python};
use crate::error::Error;
use crate::folder::SpecialTokens;

/// `ChatML`, as Qwen's models use it, without a system message of its own.
const CHATML: &str = "{% for message in messages %}\
<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n\
{% endfor %}\
{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

const NAME: &str = "chat";
/// A template of more bytes is no chat template.
const MAX_SOURCE_BYTES: usize = 256 << 10;
/// Instructions; also bounds memory, at some 64 bytes each.
const FUEL: u64 = 2_000_000;
const MAX_RECURSION: usize = 100;
const MAX_OUTPUT_BYTES: usize = 16 << 20;

/// A compiled template. Its text is not trusted: time, depth and output are bounded.
#[derive(Clone)]
pub struct ChatTemplate {
    environment: Arc<Environment<'static>>,
    source: String,
}

// === impl ChatTemplate ===

impl ChatTemplate {
    /// Compiles a template as Hugging Face's tools do.
    pub fn new(source: &str) -> Result<Self, Error> {
        if source.len() > MAX_SOURCE_BYTES {
            let message = format!("it has more than {MAX_SOURCE_BYTES} bytes");
            let error = minijinja::Error::new(ErrorKind::SyntaxError, message);
            return Err(Error::Template(error));
        }
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(Error::Template)?;
        environment.set_syntax(syntax);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(MAX_RECURSION);
        environment.set_debug(false);
        python::add(&mut environment);
        environment
            .add_template_owned(NAME, source.to_owned())
            .map_err(Error::Template)?;
        Ok(Self {
            environment: Arc::new(environment),
            source: source.to_owned(),
        })
    }

    /// The text of the template.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text of a chat; with `opens_answer`, up to where the model's answer begins.
    pub fn render(
        &self,
        messages: &[Message],
        opens_answer: bool,
        special: &SpecialTokens,
    ) -> Result<String, Error> {
        let messages: Vec<Value> = messages
            .iter()
            .map(|it| context! { role => it.role.as_str(), content => it.content.as_str() })
            .collect();
        let token = |token: &Option<String>| token.clone().unwrap_or_default();
        let values = context! {
            messages,
            add_generation_prompt => opens_answer,
            bos_token => token(&special.bos),
            eos_token => token(&special.eos),
            pad_token => token(&special.pad),
        };
        let template = self.environment.get_template(NAME);
        let mut output = Bounded(Vec::new());
        template
            .and_then(|it| it.render_captured_to(values, &mut output).map(drop))
            .map_err(Error::Template)?;
        String::from_utf8(output.0).map_err(|it| Error::Encode(it.into()))
    }
}

impl Default for ChatTemplate {
    fn default() -> Self {
        Self::new(CHATML).expect("the built-in template compiles")
    }
}

impl fmt::Debug for ChatTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChatTemplate").field(&self.source).finish()
    }
}

/// Takes a bounded number of bytes.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT_BYTES {
            let message = format!("more than {MAX_OUTPUT_BYTES} bytes come out");
            return Err(io::Error::other(message));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
