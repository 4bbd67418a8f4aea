/** What the page makes of pictures in other sizes, for tests/incoming/test_fitting.py: base64 to base64. */

import { readFileSync } from "node:fs";
import { fitted, USUAL } from "../../../assets/web/state/pictures.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(({ image, size }) => fitted(image, USUAL, size))));
