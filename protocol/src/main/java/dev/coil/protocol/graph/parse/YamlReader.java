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
    private static final long MOST_ALIASED = 1_000_000;
    private static final String OWN_TAGS = "tag:yaml.org,2002:";

    private final Problems problems;
    private final Source source;
    private final Iterator<Event> events;
    private final Map<String, Yaml> anchors = new HashMap<>();
    /** How many nodes the tree under an anchor has. */
    private final Map<Yaml, Long> sizes = new IdentityHashMap<>();

    private long nodes;
    private long aliased;

    private YamlReader(Problems problems, String text) {
        this.problems = problems;
        this.source = new Source(text);
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
     * @throws GraphException if the text is no YAML
     */
    static @Nullable Yaml read(String text, Problems problems) {
        if (text.length() > LARGEST_FILE) {
            throw failure(problems, Position.START, "a graph file has at most 64 MiB", null);
        }
        var reader = new YamlReader(problems, text);
        try {
            return reader.document();
        } catch (ReaderException e) {
            int index = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            var character = String.format("U+%04X", e.getCodePoint());
            throw failure(
                    problems,
                    reader.source.position(index),
                    "the character " + character + " is not allowed in YAML",
                    null);
        } catch (MarkedYamlEngineException e) {
            var mark = YamlTraps.isUnclosed(e) ? e.getContextMark() : e.getProblemMark();
            var at = mark.or(e::getProblemMark)
                    .or(e::getContextMark)
                    .map(YamlReader::position)
                    .orElse(Position.START);
            throw failure(problems, at, YamlTraps.message(e), YamlTraps.hint(e, reader.source, at));
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
                        throw failure(problems, at(event), "expected one document, got a second one", null);
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
            throw failure(problems, at(event), "this is nested deeper than " + DEEPEST + " levels", null);
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        nodes++;
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
            var key = node(event, depth + 1);
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
                        "the key '" + scalar.text() + "' is there twice: first at " + first.line() + ":"
                                + first.column());
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
            problems.add(at(event), "this has a NUL character (\\0), which no script, variable or path can have");
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
            throw failure(problems, at(alias), "there is no anchor &" + name + " before this", hint);
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

    private static Position at(Event event) {
        return event.getStartMark().map(YamlReader::position).orElse(Position.START);
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static GraphException failure(Problems problems, Position at, String message, @Nullable String hint) {
        var fatal = new Problems(problems.file());
        fatal.add(at, message, hint);
        return new GraphException(fatal.sorted());
    }
}
