//! `synthsmith export`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;

use super::Session;
use crate::args::ExportArgs;
use crate::data_set::entries;
use crate::exit::Failure;
use crate::exporting::{LeftOut, record};
use crate::output;

pub(super) fn run(session: &Session, args: &ExportArgs) -> anyhow::Result<()> {
    let Some(file) = &args.out else {
        return match write(args, std::io::stdout().lock()) {
            Ok(written) => tell(false, args, written),
            // A reader that has seen enough.
            Err(error) if is_closed(&error) => Ok(()),
            Err(error) => Err(error),
        };
    };
    if file.exists() {
        let shown = file.display();
        return Err(
            Failure::Usage(format!("{shown} is there already; nothing is written over")).into(),
        );
    }
    // Beside it first, so that half of it is never taken for the whole.
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    let part = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot write {}", file.display()))?;
    let written = write(args, part.as_file())?;
    keep(part, file)?;
    tell(session.is_json, args, written)
}

fn write(args: &ExportArgs, out: impl Write) -> anyhow::Result<(u64, LeftOut)> {
    let mut out = BufWriter::new(out);
    let (mut records, mut left_out) = (0, LeftOut::default());
    for entry in entries(&args.run)? {
        let record = record(&entry?, args.format, &mut left_out)?;
        writeln!(out, "{record}")?;
        records += 1;
    }
    out.flush()?;
    Ok((records, left_out))
}

fn is_closed(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn keep(part: tempfile::NamedTempFile, file: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let cannot = || format!("cannot write {}", file.display());
    let written: &File = part.as_file();
    written
        .set_permissions(std::fs::Permissions::from_mode(0o644))
        .with_context(cannot)?;
    part.persist_noclobber(file).with_context(cannot)?;
    Ok(())
}

fn tell(is_json: bool, args: &ExportArgs, written: (u64, LeftOut)) -> anyhow::Result<()> {
    let (records, left_out) = written;
    if is_json {
        let file = args.out.as_deref().map(|it| it.display().to_string());
        return output::print_json(
            &json!({"records": records, "tests_left_out": left_out.tests, "file": file}),
        );
    }
    output::say(&format!("{records} records"));
    if left_out.tests > 0 {
        output::say(&format!(
            "{} tests left out, since their bytes are no text",
            left_out.tests
        ));
    }
    Ok(())
}
