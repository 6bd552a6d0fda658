//! Products of matrices that are views into slices: transposed, narrowed, without a copy.

use gemm::Parallelism;

/// A view of `rows x columns` values, `row_stride` and `column_stride` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row after row, all of `values`.
    pub(crate) fn new(values: &'a [f32], columns: usize) -> Self {
        let rows = values.len().checked_div(columns).unwrap_or(0);
        Self::strided(values, rows, columns, columns)
    }

    /// Rows of `columns` values each that begin `row_stride` values apart.
    pub(crate) fn strided(
        values: &'a [f32],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        assert!(
            span(rows, columns, row_stride) <= values.len(),
            "a view of {rows} rows of {columns}, {row_stride} apart, over {} values",
            values.len()
        );
        Self {
            values,
            rows,
            columns,
            row_stride,
            column_stride: 1,
        }
    }

    /// The transpose: the same values, read the other way.
    pub(crate) fn t(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// A view to be written: `rows` rows of `columns` values that begin `row_stride` values apart.
#[derive(Debug)]
pub(crate) struct MatrixMut<'a> {
    values: &'a mut [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// Row after row, all of `values`.
    pub(crate) fn new(values: &'a mut [f32], columns: usize) -> Self {
        let rows = values.len().checked_div(columns).unwrap_or(0);
        Self::strided(values, rows, columns, columns)
    }

    /// Rows of `columns` values each that begin `row_stride` values apart.
    pub(crate) fn strided(
        values: &'a mut [f32],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        assert!(
            span(rows, columns, row_stride) <= values.len() && columns <= row_stride,
            "a view of {rows} rows of {columns}, {row_stride} apart, over {} values",
            values.len()
        );
        Self {
            values,
            rows,
            columns,
            row_stride,
        }
    }
}

/// How many values a view reaches over.
fn span(rows: usize, columns: usize, row_stride: usize) -> usize {
    match (rows, columns) {
        (0, _) | (_, 0) => 0,
        _ => (rows - 1) * row_stride + columns,
    }
}

/// What becomes of the values that the product is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Replace,
    Add,
}

/// Multiplies on a number of threads of the pool it is called in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Multiplier {
    threads: usize,
}

impl Multiplier {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads }
    }

    /// `out = scale * a b`, or added to `out`. Panics where the shapes do not fit: they come from
    /// a network that was checked when it was built.
    #[expect(unsafe_code, reason = "gemm takes pointers and strides")]
    pub(crate) fn scaled(self, out: MatrixMut, write: Write, scale: f32, a: Matrix, b: Matrix) {
        let MatrixMut {
            values,
            rows,
            columns,
            row_stride,
        } = out;
        assert_eq!((rows, columns), (a.rows, b.columns), "product");
        assert_eq!(a.columns, b.rows, "product");
        if rows == 0 || columns == 0 {
            return;
        }
        let parallelism = match self.threads {
            0 | 1 => Parallelism::None,
            threads => Parallelism::Rayon(threads),
        };
        // SAFETY: the views were checked against their slices when they were made (`span`), their
        // shapes fit each other, and `out` is borrowed alone.
        unsafe {
            gemm::gemm(
                rows,
                columns,
                a.columns,
                values.as_mut_ptr(),
                1,
                row_stride as isize,
                write == Write::Add,
                a.values.as_ptr(),
                a.column_stride as isize,
                a.row_stride as isize,
                b.values.as_ptr(),
                b.column_stride as isize,
                b.row_stride as isize,
                1.0,
                scale,
                false,
                false,
                false,
                parallelism,
            );
        }
    }

    /// `out = a b`, or added to `out`.
    pub(crate) fn product(self, out: MatrixMut, write: Write, a: Matrix, b: Matrix) {
        self.scaled(out, write, 1.0, a, b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(a: &[f32], b: &[f32], rows: usize, inner: usize, columns: usize) -> Vec<f32> {
        let mut out = vec![0.0; rows * columns];
        for row in 0..rows {
            for column in 0..columns {
                out[row * columns + column] = (0..inner)
                    .map(|k| a[row * inner + k] * b[k * columns + column])
                    .sum();
            }
        }
        out
    }

    #[test]
    fn a_product_of_transposed_views_equals_the_sums_it_stands_for() {
        let a: Vec<f32> = (0..15u8).map(|v| f32::from(v) - 7.0).collect();
        let b: Vec<f32> = (0..20u8).map(|v| 3.0 - f32::from(v)).collect();
        let mut transposed = vec![0.0; 20];
        for row in 0..5 {
            for column in 0..4 {
                transposed[column * 5 + row] = b[row * 4 + column];
            }
        }
        let mut out = vec![1.0; 12];
        let b = naive(&a, &b, 3, 5, 4).into_iter().map(|v| 2.0 * v + 1.0);
        Multiplier::new(1).scaled(
            MatrixMut::new(&mut out, 4),
            Write::Add,
            2.0,
            Matrix::new(&a, 5),
            Matrix::new(&transposed, 5).t(),
        );
        assert_eq!(out, b.collect::<Vec<_>>());
    }

    #[test]
    fn narrow_views_leave_what_lies_between_their_rows() {
        let a = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
        let mut out = [0.0, 7.0, 7.0, 0.0, 7.0];
        let column = [1.0, 1.0];
        Multiplier::new(1).product(
            MatrixMut::strided(&mut out, 2, 1, 3),
            Write::Replace,
            Matrix::strided(&a, 2, 2, 3),
            Matrix::new(&column, 1),
        );
        assert_eq!(out, [3.0, 7.0, 7.0, 7.0, 7.0]);
    }

    #[test]
    #[should_panic(expected = "a view of 2 rows of 3, 3 apart, over 5 values")]
    fn a_view_beyond_its_values_is_refused() {
        let _ = Matrix::strided(&[0.0; 5], 2, 3, 3);
    }
}
