package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.GraphException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Composes the events of the YAML parser into a tree. The library's own composer recurses without bound and keeps no count of
 * what aliases multiply; this one bounds both.
 */
final class YamlReader {

    private static final int LARGEST_FILE = 64 << 20;
    private static final int DEEPEST = 50;
    private static final int TASKS_DEPTH = 1;
    private static final long MOST_ALIASED = 1_000_000;
    /** What a gibibyte of memory holds, and room for 25 values in each of the most tasks. */
    private static final long MOST_NODES = 5_000_000;

    private static final String OWN_TAGS = "tag:yaml.org,2002:";

    private final Problems problems;
    private final Source source;
    private final @Nullable String file;
    private final Iterator<Event> events;
    private final Map<String, Yaml> anchors = new HashMap<>();
    /** How many nodes the tree under an anchor has. */
    private final Map<Yaml, Long> sizes = new IdentityHashMap<>();

    /** The key of the whole file under which the reader is. */
    private String section = "";

    private long nodes;
    private long aliased;

    private YamlReader(Problems problems, String text, @Nullable String file) {
        this.problems = problems;
        this.source = new Source(text, file);
        this.file = file;
        var settings = LoadSettings.builder()
                .setCodePointLimit(LARGEST_FILE)
                // The reader moves its buffer along for each token of a line that is longer than it.
                .setBufferSize(Math.max(1024, text.length()))
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * The one document of the text; {@code null} if it is empty. Duplicate keys go to the problems.
     *
     * @param file its name, where it is another file than the one that the problems are about
     * @throws GraphException if the text is no YAML
     */
    static @Nullable Yaml read(String text, @Nullable String file, Problems problems) {
        if (text.length() > LARGEST_FILE) {
            throw failure(problems, Position.START, "a graph file has at most 64 MiB", null);
        }
        var reader = new YamlReader(problems, text, file);
        try {
            return reader.document();
        } catch (ReaderException e) {
            int index = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            var character = String.format("U+%04X", e.getCodePoint());
            throw failure(
                    problems,
                    reader.source.position(index),
                    "the character " + character + " is not allowed in YAML",
                    e.getCodePoint() == 0
                            ? "a graph is text: is it the right file?"
                            : "remove it, or write it as \\u in \"…\"");
        } catch (MarkedYamlEngineException e) {
            boolean begins = YamlTraps.isUnclosed(e) || YamlTraps.lacksColon(e) || YamlTraps.isSpilled(e);
            var mark = begins ? e.getContextMark() : e.getProblemMark();
            var at = mark.or(e::getProblemMark)
                    .or(e::getContextMark)
                    .map(reader::position)
                    .orElse(Position.START);
            var fatal = new Problems(problems.file());
            YamlTraps.tell(e, reader.source, at, fatal);
            throw new GraphException(fatal.sorted());
        } catch (YamlEngineException e) {
            throw failure(problems, Position.START, "not valid YAML: " + e.getMessage(), null);
        }
    }

    private @Nullable Yaml document() {
        Yaml root = null;
        boolean second = false;
        while (events.hasNext()) {
            var event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    if (second) {
                        throw failure(
                                problems,
                                at(event),
                                "expected one document, got a second one",
                                "remove the line ---, or give the second one a file of its own");
                    }
                    second = true;
                    root = node(events.next(), 0);
                }
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case Alias, MappingEnd, MappingStart, Scalar, SequenceEnd, SequenceStart ->
                    throw new IllegalStateException("unexpected " + event);
            }
        }
        return root;
    }

    private Yaml node(Event event, int depth) {
        if (depth > DEEPEST) {
            throw failure(
                    problems,
                    at(event),
                    "this is nested deeper than " + DEEPEST + " levels",
                    "no key of a graph needs that: is a bracket missing?");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        nodes++;
        if (nodes > MOST_NODES) {
            throw failure(
                    problems,
                    at(event),
                    "this file has more than 5,000,000 keys and values",
                    "write what repeats with matrix and extends");
        }
        long before = nodes + aliased;
        if (event instanceof ScalarEvent scalar) {
            return anchored(scalar.getAnchor(), scalar(scalar), before);
        }
        var start = (CollectionStartEvent) event;
        // an alias inside of its own anchor would find an older anchor of the name, or nothing
        start.getAnchor().ifPresent(anchor -> anchors.remove(anchor.getValue()));
        var collection = event.getEventId() == Event.ID.SequenceStart ? sequence(start, depth) : mapping(start, depth);
        return anchored(start.getAnchor(), collection, before);
    }

    private Yaml.Sequence sequence(CollectionStartEvent start, int depth) {
        var items = new ArrayList<Yaml>();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new Yaml.Sequence(items, tag(start.getTag()), at(start));
    }

    private Yaml.Mapping mapping(CollectionStartEvent start, int depth) {
        var entries = new ArrayList<Yaml.Entry>();
        var seen = new HashMap<String, Position>();
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (depth == TASKS_DEPTH && entries.size() == Limits.TASKS && "tasks".equals(section)) {
                throw failure(problems, at(event), Limits.TOO_MANY_TASKS, Limits.FEWER_TASKS);
            }
            var key = node(event, depth + 1);
            if (depth == 0 && key instanceof Yaml.Scalar name) {
                section = name.text();
            }
            var value = node(events.next(), depth + 1);
            if (!(key instanceof Yaml.Scalar scalar)) {
                problems.add(
                        key.at(), "expected a word as key, got " + key.describe(), YamlTraps.keyHint(source, key.at()));
                continue;
            }
            var first = seen.putIfAbsent(scalar.text(), scalar.at());
            if (first != null) {
                problems.add(
                        scalar.at(),
                        "the key '" + Yaml.abbreviated(scalar.text()) + "' is there twice: first at " + first.line()
                                + ":" + first.column(),
                        "rename or remove one");
            }
            entries.add(new Yaml.Entry(scalar, value));
        }
        return new Yaml.Mapping(entries, tag(start.getTag()), at(start));
    }

    private Yaml.Scalar scalar(ScalarEvent event) {
        var style = event.isPlain()
                ? Yaml.Style.PLAIN
                : event.isSQuoted() || event.isDQuoted() ? Yaml.Style.QUOTED : Yaml.Style.BLOCK;
        if (event.getValue().indexOf('\0') >= 0) {
            problems.add(
                    at(event),
                    "this has a NUL character (\\0), which no script, variable or path can have",
                    "remove it");
        }
        return new Yaml.Scalar(event.getValue(), style, tag(event.getTag()), source, at(event));
    }

    private Yaml anchored(Optional<Anchor> anchor, Yaml node, long before) {
        anchor.ifPresent(name -> {
            anchors.put(name.getValue(), node);
            sizes.put(node, nodes + aliased - before + 1);
        });
        return node;
    }

    private Yaml aliased(AliasEvent alias) {
        var name = alias.getAlias().getValue();
        var node = anchors.get(name);
        if (node == null) {
            var hint = DidYouMean.hint(name, anchors.keySet());
            throw failure(
                    problems,
                    at(alias),
                    "there is no anchor &" + Yaml.abbreviated(name) + " before this",
                    hint != null
                            ? hint
                            : "mark what *" + Yaml.abbreviated(name) + " stands for, or quote this if it is text");
        }
        aliased += sizes.getOrDefault(node, 1L);
        if (aliased > MOST_ALIASED) {
            throw failure(
                    problems, at(alias), "aliases make this file larger than 1,000,000 nodes", "use fewer aliases");
        }
        return node;
    }

    private static @Nullable String tag(Optional<String> tag) {
        return tag.filter(name -> !name.startsWith(OWN_TAGS)).orElse(null);
    }

    private Position at(Event event) {
        return event.getStartMark().map(this::position).orElse(Position.START);
    }

    private Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1, file);
    }

    private static GraphException failure(Problems problems, Position at, String message, @Nullable String hint) {
        var fatal = new Problems(problems.file());
        fatal.add(at, message, hint);
        return new GraphException(fatal.sorted());
    }
}
