use super::*;
use crate::config::Architecture;
use crate::forward::BlockSize;
use crate::testing::{random_weights, text, tiny, tokenizer};
use crate::tokenizer::IM_END;

fn model(architecture: Architecture) -> Arc<Model> {
    let config = tiny(architecture);
    Arc::new(Model::new(&config, &random_weights(&config, 3)).unwrap())
}

fn sampler(settings: Settings) -> Sampler {
    Sampler::new(model(Architecture::Qwen3), Some(tokenizer()), settings).unwrap()
}

fn request(seed: u64) -> Request {
    let length = 1 + seed as usize * 13 % 90;
    Request {
        prompt: (0..length as u32)
            .map(|it| (it * 7 + seed as u32) % 280)
            .collect(),
        max_tokens: 5 + seed as usize * 5 % 31,
        choice: Choice {
            temperature: 0.9,
            top_p: if seed.is_multiple_of(2) { 0.9 } else { 1.0 },
            top_k: if seed.is_multiple_of(3) { 20 } else { 0 },
            seed,
        },
        logprobs: true,
        ..Request::default()
    }
}

fn alone(request: Request) -> Completion {
    let mut sampler = sampler(Settings::default());
    sampler.run(vec![request]).unwrap().remove(0)
}

/// But for the name, which only says when it came.
fn content(completion: &Completion) -> (&[u32], &str, Vec<u32>, Option<Finish>) {
    let bits = completion.logprobs.iter().map(|it| it.to_bits()).collect();
    (
        &completion.tokens,
        &completion.text,
        bits,
        completion.finish,
    )
}

#[test]
fn a_sequence_gets_the_same_alone_and_beside_others_on_any_number_of_threads() {
    let expected: Vec<Completion> = (0..20).map(|seed| alone(request(seed))).collect();
    for threads in [1, 2, 3] {
        let settings = Settings {
            threads,
            ..Settings::default()
        };
        let found = sampler(settings)
            .run((0..20).map(request).collect())
            .unwrap();
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(content(found), content(expected), "{threads} threads");
        }
    }
}

#[test]
fn sequences_join_and_leave_at_any_step() {
    let expected = alone(request(4));
    let mut sampler = sampler(Settings::default());
    let early: Vec<SequenceId> = (10..15)
        .map(|it| sampler.add(request(it)).unwrap())
        .collect();
    for _ in 0..3 {
        sampler.step().unwrap();
    }
    let late = sampler.add(request(4)).unwrap();
    let left = sampler.remove(early[1]).unwrap();
    assert_eq!((left.tokens.len(), left.finish), (3, None));
    assert_eq!(sampler.remove(early[1]), None);
    let mut found = None;
    while !sampler.is_idle() {
        for progress in sampler.step().unwrap() {
            if progress.id == late {
                found = progress.completion.or(found);
            }
        }
    }
    assert_eq!(content(&found.unwrap()), content(&expected));
    assert_eq!(sampler.reserved, 0);
}

#[test]
fn the_cache_stays_within_its_bytes_and_everybody_gets_a_turn() {
    let block = BlockSize::new(&tiny(Architecture::Qwen3)).bytes();
    let settings = Settings {
        cache_bytes: 4 * block + 1,
        ..Settings::default()
    };
    let mut sampler = sampler(settings);
    let requests: Vec<Request> = (0..20).map(request).collect();
    let found = sampler.run(requests.clone()).unwrap();
    assert_eq!(found.len(), 20);
    assert!(sampler.free.count() <= 4);
    for (found, request) in found.iter().zip(requests) {
        assert_eq!(content(found), content(&alone(request)));
    }
    let whole = Request {
        prompt: vec![1; 200],
        max_tokens: 56,
        ..request(1)
    };
    assert!(sampler.add(whole.clone()).is_ok());
    sampler.settings.cache_bytes = 3 * block;
    let error = sampler.add(whole).unwrap_err().to_string();
    assert!(error.contains("bytes of cache, of"), "{error}");
}

#[test]
fn no_more_run_at_once_than_allowed() {
    let settings = Settings {
        max_sequences: 3,
        ..Settings::default()
    };
    let mut sampler = sampler(settings);
    for seed in 0..8 {
        sampler.add(request(seed)).unwrap();
    }
    assert_eq!(sampler.step().unwrap().len(), 3);
    let waiting = sampler.waiting.back().unwrap().id;
    assert!(sampler.remove(waiting).unwrap().tokens.is_empty());
}

#[test]
fn greedy_tokens_are_those_with_the_largest_logits() {
    for architecture in [Architecture::Qwen2, Architecture::Qwen3] {
        let model = model(architecture);
        // More than one pass and more than one block.
        let prompt: Vec<u32> = (0..240).map(|it| it * 11 % 300).collect();
        let request = Request {
            prompt: prompt.clone(),
            max_tokens: 40,
            choice: Choice::greedy(),
            logprobs: true,
            ..Request::default()
        };
        let mut sampler = Sampler::new(model.clone(), None, Settings::default()).unwrap();
        let completion = sampler.run(vec![request]).unwrap().remove(0);
        // `max_position_embeddings` is 256: the token after the last position is the last.
        assert_eq!(completion.tokens.len(), 17);
        assert_eq!(completion.finish, Some(Finish::Length));
        let read = [prompt, completion.tokens[..16].to_vec()].concat();
        let logits = model.logits(&read).unwrap();
        let rows = logits.chunks_exact(300).skip(239);
        for ((row, token), logprob) in rows.zip(&completion.tokens).zip(&completion.logprobs) {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            assert!((row[*token as usize] - top).abs() < 1e-5);
            let total: f64 = row.iter().map(|it| f64::from(it - top).exp()).sum();
            assert!((f64::from(*logprob) + total.ln()).abs() < 1e-4);
        }
    }
}

#[test]
fn a_prompt_longer_than_a_pass_is_read_whole() {
    let mut config = tiny(Architecture::Qwen2);
    config.max_position_embeddings = 1024;
    let model = Arc::new(Model::new(&config, &random_weights(&config, 4)).unwrap());
    let prompt: Vec<u32> = (0..700).map(|it| it * 13 % 300).collect();
    let row = model.logits(&prompt).unwrap().split_off(699 * 300);
    let request = Request {
        prompt,
        max_tokens: 1,
        choice: Choice::greedy(),
        ..Request::default()
    };
    let mut sampler = Sampler::new(model, None, Settings::default()).unwrap();
    let token = sampler.run(vec![request]).unwrap()[0].tokens[0];
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    assert!((row[token as usize] - top).abs() < 1e-5);
}

#[test]
fn end_tokens_and_stop_strings_end_a_sequence() {
    let whole = alone(request(7));
    let end = whole.tokens[3];
    let first = whole.tokens.iter().position(|it| *it == end).unwrap();
    let ended = alone(Request {
        end_tokens: vec![end],
        ..request(7)
    });
    assert_eq!(ended.tokens, whole.tokens[..=first]);
    assert_eq!(ended.finish, Some(Finish::End));
    assert_eq!(
        ended.text,
        tokenizer().decode(&whole.tokens[..first]).unwrap()
    );
    let start = (1..whole.text.len())
        .find(|it| whole.text.is_char_boundary(*it))
        .unwrap();
    let stop: String = whole.text[start..].chars().take(2).collect();
    let stopped = alone(Request {
        stop: vec![stop.clone()],
        ..request(7)
    });
    assert_eq!(stopped.finish, Some(Finish::Stop));
    assert_eq!(stopped.text, whole.text.split(&stop).next().unwrap());
}

#[test]
fn texts_in_pieces_make_up_the_text() {
    let mut sampler = sampler(Settings::default());
    sampler.add(request(5)).unwrap();
    let mut pieces = String::new();
    let mut completion = None;
    while !sampler.is_idle() {
        for progress in sampler.step().unwrap() {
            pieces.push_str(&progress.text);
            completion = progress.completion;
        }
    }
    assert_eq!(completion.unwrap().text, pieces);
}

#[test]
fn requests_that_cannot_be_sampled_are_refused() {
    type Change = fn(&mut Request);
    let cases: [(Change, &str); 9] = [
        (|it| it.prompt.clear(), "no tokens"),
        (|it| it.prompt.push(300), "the token 300 is beyond"),
        (
            |it| it.prompt = vec![1; 257],
            "257 tokens, more than the model's 256",
        ),
        (|it| it.max_tokens = 0, "0 tokens"),
        (|it| it.choice.temperature = f32::NAN, "the temperature NaN"),
        (|it| it.choice.top_p = 0.0, "top_p is 0"),
        (|it| it.stop = vec![String::new()], "a stop string is empty"),
        (
            |it| it.stop = vec!["a".repeat(1025)],
            "more than 1024 bytes",
        ),
        (
            |it| it.stop = vec!["a".to_owned(); 17],
            "more than 16 stop strings",
        ),
    ];
    let mut sampler = sampler(Settings::default());
    for (change, message) in cases {
        let mut request = request(1);
        change(&mut request);
        let error = sampler.add(request).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    assert!(sampler.is_idle());
    let mut textless = Sampler::new(model(Architecture::Qwen2), None, Settings::default()).unwrap();
    let stop = vec!["a".to_owned()];
    let error = textless.add(Request { stop, ..request(1) }).unwrap_err();
    assert!(error.to_string().contains("stop strings need a tokenizer"));
    let huge = Request {
        max_tokens: usize::MAX,
        ..request(1)
    };
    let completion = textless.run(vec![huge]).unwrap().remove(0);
    assert_eq!(completion.finish, Some(Finish::Length));
}

#[test]
fn a_model_whose_values_grow_beyond_all_numbers_ends_the_sequence() {
    let config = tiny(Architecture::Qwen2);
    let mut weights = random_weights(&config, 1);
    for (name, array) in &mut weights.0 {
        if name.contains("mlp") {
            array.values.fill(1e30);
        }
    }
    let model = Arc::new(Model::new(&config, &weights).unwrap());
    let mut sampler = Sampler::new(model, Some(tokenizer()), Settings::default()).unwrap();
    let completion = sampler.run(vec![request(1)]).unwrap().remove(0);
    assert_eq!(completion.finish, Some(Finish::NotFinite));
    assert!(completion.tokens.is_empty());
}

#[test]
fn a_chat_is_answered_up_to_its_end_token() {
    let text = text();
    let messages = [crate::chat::Message::new("user", "add 1")];
    let request = Request {
        prompt: text.encode_chat(&messages).unwrap(),
        max_tokens: 200,
        end_tokens: text.end_tokens.clone(),
        ..request(3)
    };
    let completion = alone(request);
    let end = tokenizer().token_id(IM_END).unwrap();
    let is_end = |it: &u32| text.end_tokens.contains(it);
    let count = completion.tokens.iter().filter(|it| is_end(it)).count();
    assert_eq!(count > 0, completion.finish == Some(Finish::End));
    assert!(text.end_tokens.contains(&end));
}
