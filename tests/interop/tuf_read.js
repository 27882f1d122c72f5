#!/usr/bin/env node
// SPDX-License-Identifier: EUPL-1.2
// Read a repository of ours with tuf-js, which npm itself trusts, and which
// knows nothing of balai.
//
//   tuf_read.js REPO [--at 2026-02-16T02:00:00Z] [--refused]
//
// As tuf_read.py, which see: trust begins with the first root, each target is
// fetched and listed, --at sets the clock, --refused turns the verdict round.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { pathToFileURL, fileURLToPath } = require('url');
const { parseArgs } = require('util');
const { BaseFetcher, Updater } = require('tuf-js');
const { DownloadHTTPError } = require('tuf-js/dist/error');

// file: addresses, as a web server would answer them.
class FolderFetcher extends BaseFetcher {
  async fetch(url) {
    const file = fileURLToPath(url);
    if (!fs.existsSync(file)) throw new DownloadHTTPError(`${file} is not there`, 404);
    return fs.createReadStream(file);
  }
}

async function read(repo, at, here) {
  const base = pathToFileURL(path.resolve(repo)).href;
  const dirs = { metadataDir: path.join(here, 'metadata'), targetDir: path.join(here, 'targets') };
  for (const dir of Object.values(dirs)) fs.mkdirSync(dir);
  fs.copyFileSync(path.join(repo, 'metadata', '1.root.json'), path.join(dirs.metadataDir, 'root.json'));
  const updater = new Updater({ ...dirs, metadataBaseUrl: `${base}/metadata`,
    targetBaseUrl: `${base}/targets`, fetcher: new FolderFetcher() });
  if (at) updater.trustedSet.referenceTime = new Date(at);
  await updater.refresh();
  const { root, timestamp, snapshot, targets } = updater.trustedSet;
  const paths = Object.keys(targets.signed.targets).sort();
  for (const name of paths) {
    const info = await updater.getTargetInfo(name);
    await updater.downloadTarget(info);
    const custom = info.custom || {};
    console.log(`  ${custom.app || name} ${custom.version || '-'} ${info.length} bytes`);
  }
  const version = (m) => m.signed.version;
  console.log(`ok    root ${version(root)}, timestamp ${version(timestamp)}, ` +
    `snapshot ${version(snapshot)}, targets ${version(targets)}: ${paths.length} targets`);
}

async function main() {
  const { values: ask, positionals: [repo] } = parseArgs({ allowPositionals: true,
    options: { at: { type: 'string' }, refused: { type: 'boolean', default: false } } });
  const here = fs.mkdtempSync(path.join(os.tmpdir(), 'tuf-read-'));
  let held = true;
  try {
    await read(repo, ask.at, here);
  } catch (why) {
    held = false;
    console.log(`${ask.refused ? 'ok    refused' : 'WRONG'}: ${why.constructor.name}: ${why.message}`);
  } finally {
    fs.rmSync(here, { recursive: true });
  }
  if (held && ask.refused) console.log('WRONG it was taken');
  return held === ask.refused ? 1 : 0;
}

main().then((rc) => { process.exitCode = rc; });
