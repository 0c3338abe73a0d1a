// A receiver of webhooks of which nothing is netral's own: signatures are verified by the reference
// library of Standard Webhooks, events are read by the SDK of CloudEvents. FOLDER holds secrets.
// Prints "port N", then a line of JSON for each request. A path that begins with /again is answered
// with 503 when an id comes for the first time. Ends with its standard input.
"use strict";
const fs = require("fs");
const http = require("http");
const { CloudEvent, HTTP } = require("cloudevents");
const { Webhook } = require("standardwebhooks");

const folder = process.argv[2];
const seen = new Set();

// Which of the secrets signed it. Each must refuse it with another body, id or time.
function signers(body, headers) {
  return ["old", "new"].filter((name) => {
    const webhook = new Webhook(fs.readFileSync(`${folder}/${name}`, "utf8").trim());
    const holds = (text, changed) => {
      try {
        webhook.verify(text, { ...headers, ...changed });
        return true;
      } catch (error) {
        if (error.name !== "WebhookVerificationError") throw error;
        return false;
      }
    };
    if (!holds(body)) return false;
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    if (holds(body + " ") || holds(body, { "webhook-id": "x" }) || holds(body, { "webhook-timestamp": later }))
      throw new Error(`${name} verifies what it did not sign`);
    return true;
  });
}

// The SDK makes a list of a batch.
function readBatch(body, headers) {
  const events = HTTP.toEvent({ headers, body });
  if (!Array.isArray(events)) throw new Error("a batch is no list");
  events.forEach((event) => event.validate());
  JSON.parse(body).forEach((event) => new CloudEvent(event, true));
  return events.map((event) => event.toJSON());
}

// The constructor validates against the specification's schema.
function read(body, headers) {
  if (headers["content-type"].startsWith("application/cloudevents-batch+json")) return readBatch(body, headers);
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  new CloudEvent(JSON.parse(body), true);
  if (!HTTP.isEvent({ headers, body })) throw new Error("not taken for an event");
  return event.toJSON();
}

function examine(request, body) {
  const report = { path: request.url, id: request.headers["webhook-id"] };
  try {
    report.signers = signers(body, request.headers);
    report.event = read(body, request.headers);
  } catch (error) {
    report.error = String(error);
  }
  return report;
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const report = examine(request, Buffer.concat(pieces).toString("utf8"));
    const first = !seen.has(report.id);
    seen.add(report.id);
    report.status = request.url.startsWith("/again") && first ? 503 : 204;
    process.stdout.write(JSON.stringify(report) + "\n");
    response.writeHead(report.status).end();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`port ${server.address().port}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
