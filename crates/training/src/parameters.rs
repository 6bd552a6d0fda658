//! All values of a model in one row, so that the optimizer, clipping and checkpoints walk memory once.

use std::collections::BTreeMap;
use std::ops::Range;

use synthsmith_transformer::{Array, Weights};

use crate::error::Error;

/// One tensor of the model and where its values lie.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) range: Range<usize>,
    /// Whether weight decay pulls it to zero: matrices, not norms and biases.
    pub(crate) decays: bool,
}

/// Where every tensor lies. Tensors are placed one after the other, so those that are multiplied
/// with the same input can be one matrix.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Layout {
    tensors: Vec<Tensor>,
    length: usize,
}

impl Layout {
    /// Places a tensor behind the others.
    pub(crate) fn place(&mut self, name: String, shape: &[usize]) -> Range<usize> {
        let range = self.length..self.length + shape.iter().product::<usize>();
        self.length = range.end;
        self.tensors.push(Tensor {
            name,
            shape: shape.to_vec(),
            range: range.clone(),
            decays: shape.len() > 1,
        });
        range
    }

    pub(crate) fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The values of `weights` in this layout, each tensor as it should be.
    pub(crate) fn gather(&self, weights: Weights) -> Result<Vec<f32>, Error> {
        let mut arrays = weights.0;
        // What is there, not what a configuration claims, decides how much memory is taken.
        let given: usize = arrays.values().map(|array| array.values.len()).sum();
        let mut values = Vec::with_capacity(given.min(self.length));
        for tensor in &self.tensors {
            let array = arrays
                .remove(&tensor.name)
                .ok_or_else(|| Error::MissingTensor {
                    name: tensor.name.clone(),
                })?;
            if array.shape != tensor.shape || array.values.len() != tensor.range.len() {
                return Err(Error::Shape {
                    name: tensor.name.clone(),
                    expected: tensor.shape.clone(),
                    found: array.shape,
                });
            }
            if !array.values.iter().all(|value| value.is_finite()) {
                return Err(Error::NotFinite {
                    name: tensor.name.clone(),
                });
            }
            values.extend_from_slice(&array.values);
        }
        match arrays.into_keys().next() {
            Some(name) => Err(Error::UnexpectedTensor { name }),
            None => Ok(values),
        }
    }

    /// The tensors again, by name.
    pub(crate) fn scatter(&self, values: &[f32]) -> Weights {
        self.scatter_from(0, values)
    }

    /// The same of the tensors that begin at a value or behind it.
    pub(crate) fn scatter_from(&self, first: usize, values: &[f32]) -> Weights {
        let tensors = self.tensors.iter();
        let tensors = tensors.filter(|tensor| tensor.range.start >= first);
        let arrays = tensors.map(|tensor| {
            let array = Array {
                shape: tensor.shape.clone(),
                values: values[tensor.range.clone()].to_vec(),
            };
            (tensor.name.clone(), array)
        });
        Weights(arrays.collect::<BTreeMap<_, _>>())
    }
}

/// The gradient of the values from `first` on; what lies before them is frozen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gradient {
    first: usize,
    values: Vec<f32>,
}

impl Gradient {
    /// Zeros for `trained`.
    pub(crate) fn new(trained: &Range<usize>) -> Self {
        Self {
            first: trained.start,
            values: vec![0.0; trained.len()],
        }
    }

    /// The gradient of a tensor; none if it is frozen.
    pub(crate) fn of(&mut self, range: &Range<usize>) -> Option<&mut [f32]> {
        let start = range.start.checked_sub(self.first)?;
        self.values.get_mut(start..start + range.len())
    }

    pub(crate) fn values(&self) -> &[f32] {
        &self.values
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let mut layout = Layout::default();
        layout.place("a".into(), &[2, 2]);
        layout.place("b".into(), &[3]);
        layout
    }

    fn weights() -> Weights {
        let array = |shape: &[usize], values: &[f32]| Array {
            shape: shape.to_vec(),
            values: values.to_vec(),
        };
        Weights(BTreeMap::from([
            ("b".to_owned(), array(&[3], &[5.0, 6.0, 7.0])),
            ("a".to_owned(), array(&[2, 2], &[1.0, 2.0, 3.0, 4.0])),
        ]))
    }

    #[test]
    fn weights_return_as_they_were_given() {
        let values = layout().gather(weights()).unwrap();
        assert_eq!(values, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(layout().scatter(&values), weights());
    }

    #[test]
    fn refuses_tensors_that_are_missing_unknown_of_another_shape_or_not_finite() {
        type Change = fn(&mut BTreeMap<String, Array>);
        let cases: [(Change, &str); 5] = [
            (
                |arrays| drop(arrays.remove("a")),
                "the model has no tensor a",
            ),
            (
                |arrays| drop(arrays.insert("c".into(), arrays["a"].clone())),
                "the model has a tensor c that its configuration does not",
            ),
            (
                |arrays| arrays.get_mut("a").unwrap().shape = vec![4],
                "tensor a has the shape [4] where the configuration asks for [2, 2]",
            ),
            (
                |arrays| arrays.get_mut("a").unwrap().values.truncate(3),
                "tensor a has the shape [2, 2] where the configuration asks for [2, 2]",
            ),
            (
                |arrays| arrays.get_mut("b").unwrap().values[1] = f32::NAN,
                "tensor b holds values that are not finite",
            ),
        ];
        for (change, message) in cases {
            let mut weights = weights();
            change(&mut weights.0);
            let error = layout().gather(weights).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn only_trained_tensors_have_a_gradient() {
        let mut gradient = Gradient::new(&(4..7));
        assert!(gradient.of(&(0..4)).is_none());
        gradient.of(&(4..7)).unwrap()[1] = 1.0;
        assert_eq!(gradient.values(), [0.0, 1.0, 0.0]);
    }
}
