//! The settings in which a longer statement is told; a new one is one more line.

use crate::dice::Dice;
use crate::ir::Task;

struct Setting {
    person: &'static str,
    place: &'static str,
    trade: &'static str,
    paper: &'static str,
    title: &'static str,
}

const SETTINGS: &[Setting] = &[
    Setting {
        person: "Mira",
        place: "the old lighthouse on the northern cliffs",
        trade: "keeps the lamp and the weather book",
        paper: "the weather book",
        title: "Lighthouse",
    },
    Setting {
        person: "Tomas",
        place: "a river port with more barges than berths",
        trade: "assigns the berths",
        paper: "the harbour ledger",
        title: "River Port",
    },
    Setting {
        person: "Ayla",
        place: "a hillside orchard",
        trade: "counts the fruit of every row of trees",
        paper: "the harvest sheets",
        title: "Orchard",
    },
    Setting {
        person: "Bram",
        place: "the reading room of a small town library",
        trade: "looks after the card drawers",
        paper: "the card drawers",
        title: "Reading Room",
    },
    Setting {
        person: "Noor",
        place: "an observatory far from any street lamp",
        trade: "watches the same patch of sky each night",
        paper: "the night protocols",
        title: "Observatory",
    },
    Setting {
        person: "Ilse",
        place: "a bakery that opens before dawn",
        trade: "plans the dough for the day",
        paper: "the order slips",
        title: "Bakery",
    },
    Setting {
        person: "Diego",
        place: "a mountain railway with a single track",
        trade: "writes the timetable",
        paper: "the signal log",
        title: "Mountain Railway",
    },
    Setting {
        person: "Sanna",
        place: "a clockmaker's workshop",
        trade: "repairs what nobody else dares to open",
        paper: "the repair cards",
        title: "Clockmaker",
    },
    Setting {
        person: "Kofi",
        place: "a market hall on its busiest weekend",
        trade: "weighs the goods at the gate",
        paper: "the weighing notes",
        title: "Market Hall",
    },
    Setting {
        person: "Yuki",
        place: "a botanical garden under a glass roof",
        trade: "measures the seedlings",
        paper: "the growth tables",
        title: "Glass Garden",
    },
    Setting {
        person: "Leon",
        place: "a theatre between two seasons",
        trade: "keeps the costumes and the props",
        paper: "the inventory cards",
        title: "Theatre",
    },
    Setting {
        person: "Priya",
        place: "a weather station in the desert",
        trade: "reads the instruments every hour",
        paper: "the instrument readings",
        title: "Desert Station",
    },
    Setting {
        person: "Olga",
        place: "a paper mill beside a fast stream",
        trade: "grades the rolls that leave the machine",
        paper: "the grading notes",
        title: "Paper Mill",
    },
    Setting {
        person: "Emre",
        place: "a ferry company with eleven islands on its map",
        trade: "draws the routes",
        paper: "the route drawings",
        title: "Ferry Company",
    },
];

const TAILS: &[&str] = &[
    "Ledger",
    "Question",
    "Evening",
    "Puzzle",
    "Inventory",
    "Survey",
    "Notebook",
    "Riddle",
    "Wager",
    "Report",
];

#[derive(Debug)]
pub(super) struct Story {
    pub(super) title: String,
    pub(super) paragraphs: [String; 2],
}

pub(super) fn tell(task: &Task, dice: &mut Dice) -> Story {
    let setting = dice.pick(SETTINGS);
    let Setting {
        person,
        place,
        trade,
        paper,
        title,
    } = setting;
    let reasons = [
        "a visitor from the head office wants an answer before the week is over",
        "two friends have made a bet about it, and neither trusts the other to count",
        "the owner has announced a prize for the first correct answer",
        "the same question comes up every year, and every year somebody answers it wrongly",
        "a newspaper has asked, and a wrong answer would be printed in large letters",
    ];
    let doubts = [
        "There is far too much of it to do by hand, and a single slip would spoil everything that follows.",
        "Doing it on paper was given up after the third sheet, because every new attempt ended with a different result.",
        "The first few lines are easy enough, but the whole of it would keep several people busy for a month.",
    ];
    let first = format!(
        "{person} works at {place} and {trade}. Lately {paper} have become the talk of everybody there: {}. {}",
        dice.pick(&reasons),
        dice.pick(&doubts)
    )
    .replace("book have", "book has")
    .replace("ledger have", "ledger has")
    .replace("log have", "log has");
    let second = format!(
        "What {person} has copied out for you is {}. You are asked to write a program that works out the answer. The rules below are complete; nothing else from the story matters, and no further assumption about the input may be made. Whoever runs the program will try it on inputs of every size that the limits allow, so it has to be right on the largest of them as well.",
        task.shape().noun()
    );
    Story {
        title: format!("{title} {}", dice.pick(TAILS)),
        paragraphs: [first, second],
    }
}

/// A short title without any setting.
pub(super) fn plain_title(task: &Task, dice: &mut Dice) -> String {
    use crate::ir::Shape;
    let thing = match task.shape() {
        Shape::List => "List",
        Shape::Queries => "List with Questions",
        Shape::Text => "String",
        Shape::Texts => "Pair of Strings",
        Shape::Words => "Collection of Words",
        Shape::Graph => "Map",
        Shape::Tree => "Sparse Map",
        Shape::Grid => "Table",
        Shape::Intervals => "Set of Stretches",
        Shape::Items => "Set of Items",
    };
    let kinds = [
        "Prepared", "Changed", "Given", "Unusual", "Curious", "Plain",
    ];
    let tails = [
        "and One Answer",
        "in Question",
        "Once More",
        "Under Review",
        "at a Glance",
    ];
    format!("{} {thing} {}", dice.pick(&kinds), dice.pick(&tails))
}
