#!/usr/bin/env -S jq -rf
# Writes the graph of this directory from the facts about Soil's jobs:  jq -rf generate.jq soil-graph.json > .coil.yml
#
# One task for each task of each job, named job/task. A job's own needs are those of its tasks, so none is left of them. What a job
# says of its machine becomes the task's: where it runs is a platform, what it may do there are labels.

def quoted: if test("^[A-Za-z0-9/_.][A-Za-z0-9/_.-]*$") then . else tojson end;
def list: map(quoted) | "[" + join(", ") + "]";
def field(key; value): if value == null then empty else "    \(key): \(value)" end;

# Facts are values of their own; a label is one word.
def word: gsub("="; ":");
def machine: gsub("/"; "-");

# Ubuntu's images run anywhere; the other systems are machines of their own kind.
def platforms:
  map(.runs_on) | unique | .[]
  | "  \(machine): {os: linux\(if startswith("ubuntu") then "" else ", labels: [\(machine)]" end)}";

# What a task leaves: word that it was there, and what Soil keeps of it.
def outputs: ["out/done", .result, (.produces // [])[]] | map(select(. != null) | gsub("\\$COMMIT"; "commit")) | unique;
def artifacts:
  [outputs[] | select(. != "out/done")] as $more
  | ["done: out/done"] + [range($more | length) as $i | "result\(if $i > 0 then $i + 1 else "" end): \($more[$i])"]
  | "{" + join(", ") + "}";

# The tasks it needs by name: their word is fetched, and the task fails without it. "job/*" has too many to fetch.
def named: [.needs[] | select(endswith("*") | not)];

def run:
  ([.command[] | quoted] | join(" ")) as $command
  | named as $inputs
  | "./stand-in"
    + (if .tty then " --tty" else "" end)
    + (if .exclusive then " --alone" else "" end)
    + (if $inputs == [] then "" else " --reads " + ($inputs | join(",")) end)
    + " --writes " + (outputs | join(","))
    + " -- " + $command;

def task(job):
  "  \(.id):",
  field("runs-on"; "{platform: \(job.runs_on | machine)\(if job.caps then ", labels: \(job.caps | map(word) | list)" else "" end)}"),
  field("needs"; if .needs == [] then null else .needs | list end),
  field("if"; if .when then "branch == 'soil-staging'" else null end),
  field("tty"; if .tty then true else null end),
  field("resources"; if .exclusive then "{exclusive: true}" else null end),
  # Without a limit there: as long as it takes.
  field("timeout"; if has("timeout_s") then "2d" else null end),
  field("allow-failure"; if job.allow_failure then true else null end),
  field("download"; if named == [] then null else "{" + ([named[] | "\(.).done: in/\(.)"] | join(", ")) + "}" end),
  field("run"; run),
  field("artifacts"; artifacts),
  field("x-image"; if job.image then job.image else null end);

"# The CI of Oils (\(.source.repo)) as one flat graph, with stand-ins for its commands.",
"# Made by generate.jq; see README.md.",
"name: soil",
"defaults: {timeout: \(.defaults.timeout_s / 60)m}",
"platforms:",
(.jobs | platforms),
"tasks:",
(.jobs[] | . as $job | .tasks[] | task($job))
