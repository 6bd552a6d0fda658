//! The one place that writes to the terminal.

use std::io::{IsTerminal as _, Write as _};

/// A line for the person; progress and results that are not JSON.
pub(crate) fn say(line: &str) {
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stderr().lock(), "{}", printable(line));
}

/// A result on standard output.
pub(crate) fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// What a program printed, on standard output as it is; a terminal is shown what it could obey.
pub(crate) fn print_bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let written = if out.is_terminal() {
        out.write_all(printable(&String::from_utf8_lossy(bytes)).as_bytes())
    } else {
        out.write_all(bytes)
    };
    let _ = written.and_then(|()| out.flush());
}

/// JSON on standard output.
pub(crate) fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    print(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// An error and its causes, as one line.
pub(crate) fn error(error: &anyhow::Error) {
    let text = format!("{error:#}");
    say(&format!("synthsmith: {}", text.replace('\n', "; ")));
}

/// Text from models and files can hold terminal commands; they are shown, not obeyed.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| {
        let turns_text = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if turns_text || (c.is_control() && c != '\n' && c != '\t') {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn terminal_commands_are_not_obeyed() {
        assert_eq!(super::printable("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\n");
        assert_eq!(super::printable("\u{202e}evil"), "\u{fffd}evil");
    }
}
