/** What stands in a file for its recorded pass, put together again, for tests/ui/test_saved.py. */

import { readFileSync } from "node:fs";
import { unpooled } from "../../../assets/web/twin/recorded.js";

process.stdout.write(JSON.stringify(unpooled(JSON.parse(readFileSync(0, "utf8")))));
