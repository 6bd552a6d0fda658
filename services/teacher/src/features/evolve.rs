//! Grows a feature tree from the vocabulary: siblings beside what is there, children below some leaves.

use super::tree::{DEEPEST, is_empty};
use super::vocabulary::Vocabulary;
use crate::dice::Dice;
use serde_json::{Map, Value, json};

struct Growth<'a> {
    vocabulary: Vocabulary,
    dice: &'a mut Dice,
    /// New names left to add, so that no prompt makes the answer explode.
    budget: usize,
}

pub(crate) fn grown(tree: &Value, dice: &mut Dice) -> Value {
    let mut growth = Growth {
        vocabulary: Vocabulary::new(),
        dice,
        budget: 150,
    };
    let Value::Object(categories) = tree else {
        return tree.clone();
    };
    let grow = |(category, node): (&String, &Value)| {
        let grown = match category.as_str() {
            "programming_language" => node.clone(),
            category => growth.node(category, category, node, DEEPEST),
        };
        (category.clone(), grown)
    };
    Value::Object(categories.iter().map(grow).collect())
}

impl Growth<'_> {
    fn node(&mut self, category: &str, name: &str, node: &Value, depth: usize) -> Value {
        if depth == 0 {
            return node.clone();
        }
        match node {
            Value::Object(fields) if !is_empty(node) => self.object(category, fields, depth),
            Value::Array(items) if !items.is_empty() => self.list(category, name, items),
            Value::String(leaf) => self.list(category, name, &[json!(leaf)]),
            _ if self.dice.chance(0.5) => json!(self.children(category, name)),
            _ => node.clone(),
        }
    }

    fn object(&mut self, category: &str, fields: &Map<String, Value>, depth: usize) -> Value {
        let mut grown: Map<String, Value> = Map::new();
        for (key, child) in fields {
            grown.insert(key.clone(), self.node(category, key, child, depth - 1));
        }
        let families = self.vocabulary.families.get(category);
        let known: Vec<&str> = families
            .into_iter()
            .flat_map(|families| families.keys().copied())
            .collect();
        let fresh: Vec<&str> = known
            .into_iter()
            .filter(|family| !grown.contains_key(*family))
            .collect();
        if depth == DEEPEST && !fresh.is_empty() && self.budget > 0 {
            let family = *self.dice.pick(&fresh);
            let names = self.siblings(category, family, &[]);
            grown.insert(family.to_owned(), json!(names));
        }
        Value::Object(grown)
    }

    /// A list grows by siblings; half of the time one of its leaves also gets children and the list becomes an object.
    fn list(&mut self, category: &str, name: &str, items: &[Value]) -> Value {
        let mut names: Vec<String> = items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        if names.is_empty() {
            return json!(items);
        }
        let anchor = if self.vocabulary.siblings(category, name).is_empty() {
            names[0].clone()
        } else {
            name.to_owned()
        };
        let more = self.siblings(category, &anchor, &names);
        names.extend(more);
        if self.dice.chance(0.5) {
            return json!(names);
        }
        let deepened = self.dice.below(names.len());
        let mut object = Map::new();
        for (at, leaf) in names.iter().enumerate() {
            let below = if at == deepened {
                self.children(category, leaf)
            } else {
                Vec::new()
            };
            object.insert(leaf.clone(), json!(below));
        }
        Value::Object(object)
    }

    fn siblings(&mut self, category: &str, name: &str, known: &[String]) -> Vec<String> {
        let mut fresh = self.vocabulary.siblings(category, name);
        fresh.retain(|sibling| known.iter().all(|other| other != sibling));
        self.some(fresh.into_iter().map(str::to_owned).collect())
    }

    fn children(&mut self, category: &str, name: &str) -> Vec<String> {
        self.some(Vocabulary::children(category, name))
    }

    /// Two to four of the names, as far as the budget goes.
    fn some(&mut self, mut names: Vec<String>) -> Vec<String> {
        self.dice.shuffle(&mut names);
        names.truncate((2 + self.dice.below(3)).min(self.budget));
        self.budget -= names.len();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::grown;
    use crate::dice::Dice;
    use crate::features::leaves;
    use serde_json::json;

    #[test]
    fn keeps_every_name_and_adds_siblings_and_children() {
        let tree = json!({
            "programming_language": ["python"],
            "algorithm": {"sorting": ["quicksort"], "number theory": {"greatest common divisor": []}},
            "data_structures": ["hash map"],
        });
        let before = leaves(&tree);
        let mut has_children = false;
        for seed in 0..20 {
            let after = grown(&tree, &mut Dice::new(&["evolve", &seed.to_string()]));
            let text = after.to_string();
            assert!(
                before.iter().all(|name| text.contains(name.as_str())),
                "{text}"
            );
            assert!(leaves(&after).len() >= before.len() + 4, "{text}");
            assert_eq!(after["programming_language"], json!(["python"]));
            has_children |= text.contains("quicksort with") || text.contains("quicksort over");
        }
        assert!(has_children);
    }

    #[test]
    fn leaves_a_tree_that_is_no_object_alone() {
        let tree = json!(["a"]);
        assert_eq!(grown(&tree, &mut Dice::new(&["evolve"])), tree);
    }
}
