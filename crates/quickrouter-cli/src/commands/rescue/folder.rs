//! What a folder has of predictions: files with the names that saving gives, and pictures whose sidecar
//! names the prediction, whatever they are called now.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use quickrouter::PredictionId;

use crate::exit::failure::Failure;
use crate::output::sidecar;
use crate::output::sidecar::format::{MAX_BYTES, path_of};
use crate::text::bounded;
use crate::text::message::message;

/// A folder's complete files: one that is being written has another name.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// Names of files that are not empty, without their extension.
    stems: HashSet<String>,
    /// The outputs of which there are sidecars beside pictures, by prediction.
    by_sidecar: HashMap<String, HashSet<usize>>,
}

impl Folder {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable = |error: std::io::Error| {
            Failure::refused(message!("output-unusable", why = error.to_string()))
        };
        let mut folder = Self::default();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // Links count as what they lead to.
            let found = std::fs::metadata(entry.path());
            if !found.is_ok_and(|found| found.is_file() && found.len() > 0) {
                continue;
            }
            match name.strip_suffix(".json").filter(|name| name.contains('.')) {
                Some(picture) => folder.add_sidecar(path, picture),
                None => folder.add(&name),
            }
        }
        Ok(folder)
    }

    fn add(&mut self, name: &str) {
        if let Some((stem, _)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
            self.stems.insert(stem.to_owned());
        }
    }

    /// Counts a sidecar whose picture is there and has the size it says.
    fn add_sidecar(&mut self, folder: &Path, picture: &str) {
        let picture = folder.join(picture);
        let read =
            bounded::regular_file(&path_of(&picture), MAX_BYTES).ok().filter(|(_, whole)| *whole);
        let Some(Ok(Some(sidecar))) = read.map(|(bytes, _)| sidecar::read(bytes)) else { return };
        let whole = std::fs::metadata(picture)
            .is_ok_and(|found| found.is_file() && found.len() == sidecar.picture.bytes);
        if let Some(id) = sidecar.prediction_id.filter(|_| whole) {
            self.by_sidecar.entry(id).or_default().insert(sidecar.picture.index);
        }
    }

    /// Whether all outputs of a prediction are there: the number and the name of each.
    pub(super) fn has_all(&self, id: &PredictionId, stems: &[(usize, String)]) -> bool {
        self.outputs_of(id, stems) == stems.len()
    }

    /// How many of a prediction's outputs are there.
    pub(super) fn outputs_of(&self, id: &PredictionId, stems: &[(usize, String)]) -> usize {
        let by_sidecar = self.by_sidecar.get(id.as_str());
        let is_there = |(index, stem): &&(usize, String)| {
            self.stems.contains(stem) || by_sidecar.is_some_and(|own| own.contains(index))
        };
        stems.iter().filter(is_there).count()
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;

    #[test]
    fn complete_files_count_by_their_name_whatever_their_extension() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("p1-0.png", "x");
        write("p1-1.webp", "x");
        write("p2-0.png", "");
        write(".quickrouter-p3-0.part", "x");
        write("p4-0.json", "{}");
        write("p5-0.png.json", "{\"quickrouter_sidecar\": 1}");
        std::fs::create_dir(folder.path().join("p6-0.png")).unwrap();
        let read = Folder::read(folder.path()).unwrap();
        for (id, outputs, there) in [
            ("p1", 2, true),
            ("p1", 3, false),
            ("p2", 1, false),
            ("p3", 1, false),
            ("p4", 1, true),
            ("p5", 1, false),
            ("p6", 1, false),
        ] {
            let stems: Vec<_> =
                (0..outputs).map(|index| (index, format!("{id}-{index}"))).collect();
            assert_eq!(read.has_all(&id.parse().unwrap(), &stems), there, "{id} {outputs}");
        }
    }
}
