//! The sentences all styles share: what to do with the input, and how an input is laid out.

use crate::dice::Dice;
use crate::ir::{Shape, Step, Task};

/// The sentence of a step, in one of its two wordings.
pub(super) fn step_words(step: &Step, shape: Shape, wording: usize) -> String {
    let phrase = step.transform.phrases[wording];
    phrase
        .replace("@i", shape.item())
        .replace("@c", &step.amount.to_string())
}

/// The steps as a numbered list with a lead, or nothing.
pub(super) fn steps(task: &Task, dice: &mut Dice) -> Option<String> {
    if task.steps.is_empty() {
        return None;
    }
    let leads = [
        "Before the question can be answered, the input is changed as follows, one step after the other:",
        "First carry out these steps on what you are given, in this order:",
        "The given input has to be prepared. These steps are done one by one, from top to bottom:",
    ];
    let mut lines = vec![(*dice.pick(&leads)).to_owned(), String::new()];
    for (at, step) in task.steps.iter().enumerate() {
        lines.push(format!(
            "{}. {}",
            at + 1,
            step_words(step, task.shape(), dice.below(2))
        ));
    }
    Some(lines.join("\n"))
}

/// The question in one sentence, and its special cases.
pub(super) fn question(task: &Task, dice: &mut Dice) -> String {
    let lead = match (task.steps.is_empty(), dice.below(2)) {
        (true, 0) => "Determine",
        (true, _) => "Find out",
        (false, 0) => "For the result of these steps, determine",
        (false, _) => "After that, find out",
    };
    let phrase = dice.pick(&task.reducer.phrases);
    let detail = task.reducer.detail;
    format!("{lead} {phrase}. {detail}").trim_end().to_owned()
}

/// What the lines of an input hold.
pub(super) fn input_lines(task: &Task) -> String {
    let k = if task.takes_k() { " and k" } else { "" };
    let first = |names: &str| {
        if task.takes_k() {
            format!("The first line holds the whole numbers {names} and k.")
        } else {
            format!("The first line holds {names}.")
        }
    };
    match task.shape() {
        Shape::List => format!(
            "{} The second line holds n whole numbers a_1, a_2, ..., a_n, separated by single spaces.",
            if k.is_empty() { "The first line holds one whole number n.".to_owned() } else { first("n") }
        ),
        Shape::Queries => {
            "The first line holds the whole numbers n and q. The second line holds the n numbers a_1, ..., a_n of the list. Each of the following q lines holds the two numbers l_j and r_j of one question.".to_owned()
        }
        Shape::Text if k.is_empty() => "The only line holds the string s.".to_owned(),
        Shape::Text => "The first line holds the whole number k. The second line holds the string s.".to_owned(),
        Shape::Texts => "The first line holds the string s, and the second line the string t.".to_owned(),
        Shape::Words => format!("{} Each of the next n lines holds one word.", first("the whole number n")),
        Shape::Graph => format!(
            "{} Each of the next m lines holds the three numbers u_i, v_i and w_i of one link between the places u_i and v_i with weight w_i; two places may be joined by several links.",
            if k.is_empty() { "The first line holds the whole numbers n and m.".to_owned() } else { first("n, m") }
        ),
        Shape::Tree => {
            "The first line holds the number n of places. Each of the next n - 1 lines holds the three numbers u_i, v_i and w_i of one link between the places u_i and v_i with weight w_i.".to_owned()
        }
        Shape::Grid => format!(
            "{} Each of the next h lines holds the c numbers of one row of the table.",
            if k.is_empty() { "The first line holds the whole numbers h and c.".to_owned() } else { first("h, c") }
        ),
        Shape::Intervals => {
            "The first line holds the number n of stretches. Each of the next n lines holds the two ends l_i and r_i of one stretch.".to_owned()
        }
        Shape::Items => format!(
            "{} Each of the next n lines holds the weight w_i and the value v_i of one item.",
            first("n")
        ),
    }
}
