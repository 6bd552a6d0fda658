//! The content of an answer: a pure function of the teacher's seed, the conversation and the request's seed.

mod inputs;
mod micro;
mod solution;
mod thought;
mod trees;
mod wrapping;

use crate::config::{Config, Mistakes, Profile};
use crate::dice::Dice;
use crate::generator;
use crate::prompt::{self, Ask};
use crate::statement;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) content: String,
    /// Reasoning in a field of its own; more often it stands in the content.
    pub(crate) reasoning: Option<String>,
}

/// One request for one answer.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) config: &'a Config,
    /// Everything that was said, from which the dice are made.
    pub(crate) conversation: &'a str,
    /// The last message of the user, which holds the job.
    pub(crate) prompt: &'a str,
    pub(crate) sample: i64,
}

const REFUSAL: &str = "I'm sorry, but I can't help with that.";
const NOT_READ: &str = "I'm sorry, I could not make out what I am asked to do here. Please state the job in the heading and fill its slots.";
const NOT_KNOWN: &str =
    "I'm sorry, this task is written in a way that I cannot follow, so I would rather not guess.";
const NO_TASK: &str = "I'm sorry, I could not think of a task that needs these features.";

impl Asked<'_> {
    fn dice(&self, purpose: &str) -> Dice {
        let seed = self.config.seed.to_string();
        Dice::new(&[purpose, &seed, self.conversation, &self.sample.to_string()])
    }

    fn mistakes(&self) -> &Mistakes {
        &self.config.mistakes
    }
}

pub(crate) fn answer(asked: &Asked<'_>) -> Reply {
    let mut dice = asked.dice("wrapping");
    if dice.chance(asked.mistakes().refusal) {
        return Reply {
            content: REFUSAL.to_owned(),
            reasoning: None,
        };
    }
    let ask = prompt::read(asked.prompt);
    let content = match &ask {
        Some(ask) => content(asked, ask),
        None => NOT_READ.to_owned(),
    };
    let thinks = asked.config.profile == Profile::Standard;
    let thought = ask.filter(|_| thinks && dice.chance(asked.mistakes().think));
    match thought.map(|ask| thought::text(&ask, &mut asked.dice("thought"))) {
        None => Reply {
            content,
            reasoning: None,
        },
        Some(thought) if dice.chance(1.0 / 3.0) => Reply {
            content,
            reasoning: Some(thought),
        },
        Some(thought) => Reply {
            content: format!("<think>\n{thought}\n</think>\n\n{content}"),
            reasoning: None,
        },
    }
}

fn content(asked: &Asked<'_>, ask: &Ask<'_>) -> String {
    match ask {
        Ask::Extract { program, language } => trees::extracted(asked, program, language),
        Ask::Evolve { features } => trees::evolved(asked, features),
        Ask::Choose { features } => trees::chosen(asked, features),
        Ask::WriteTask { features, style } => trees::written(asked, features, *style),
        Ask::Solve { task, language } => match crate::micro::parse(task) {
            Some(read) => micro::solution(asked, &read, task, *language),
            None => solution::text(asked, task, *language),
        },
        Ask::WriteInputs { task, count } => match crate::micro::parse(task) {
            Some((_, style)) => micro::inputs(asked, style, *count),
            None => inputs::text(asked, task, *count),
        },
        Ask::WriteGenerator { task } => match generator(task) {
            Some(source) => wrapping::block(asked, "python", &source),
            None => NOT_KNOWN.to_owned(),
        },
    }
}

fn generator(task: &str) -> Option<String> {
    if let Some((_, style)) = crate::micro::parse(task) {
        return Some(crate::micro::generator(style));
    }
    statement::parse(task).map(|(task, style)| generator::write(&task, style))
}

#[cfg(test)]
mod tests;
