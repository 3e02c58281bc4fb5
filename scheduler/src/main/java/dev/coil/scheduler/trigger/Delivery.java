package dev.coil.scheduler.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.RequestHeaders;
import dev.coil.protocol.project.ForgeKind;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.source.SourceStore;
import java.util.Set;
import java.util.regex.Pattern;

/** What a forge's delivery says. */
sealed interface Delivery {

    /** Something that may start a run. */
    record Changed(Change change) implements Delivery {}

    /** Something that starts none, and why. */
    record Nothing(String reason) implements Delivery {}

    /**
     * Reads a delivery whose signature is right.
     *
     * @param path the repository that it must be of
     * @throws Refused with 422 if it is not what its headers say, or of another repository
     */
    static Delivery read(ForgeKind kind, String path, RequestHeaders headers, JsonNode body) {
        var reader = new Reader(body);
        return switch (kind) {
            case GITHUB -> githubOrGitea(path, headers.get("x-github-event", ""), "synchronize", false, reader);
            case GITEA -> githubOrGitea(path, headers.get("x-gitea-event", ""), "synchronized", true, reader);
            case GITLAB -> gitlab(path, headers.get("x-gitlab-event", ""), reader);
        };
    }

    /**
     * Gitea's deliveries follow GitHub's but for some words.
     *
     * @param agit whether who may only read can propose commits that then seem to come from the repository itself
     */
    private static Delivery githubOrGitea(String path, String event, String updated, boolean agit, Reader body) {
        return switch (event) {
            case "push" -> {
                body.requireRepository(path, "/repository/full_name");
                yield push(body, body.text("/after"), body.optional("/pusher/login", "/pusher/name"));
            }
            case "pull_request" -> {
                body.requireRepository(path, "/repository/full_name");
                var action = body.text("/action");
                yield Set.of("opened", "reopened", updated).contains(action)
                        ? new Changed(new Change(
                                "pull_request",
                                "refs/pull/" + body.number("/number") + "/head",
                                body.commit("/pull_request/head/sha"),
                                body.commit("/pull_request/base/sha"),
                                "refs/heads/" + body.text("/pull_request/base/ref"),
                                body.number("/number"),
                                !path.equalsIgnoreCase(body.optional("/pull_request/head/repo/full_name"))
                                        || agit && !isOfBranch(body),
                                body.optional("/sender/login")))
                        : new Nothing("pull_request " + action + ": its commit is the same");
            }
            case "" -> throw unprocessable("the delivery does not say which event it is");
            default -> new Nothing("the event " + Reader.brief(event) + " starts no run");
        };
    }

    /** AGit pull requests have a ref of the forge's in place of a branch. */
    private static boolean isOfBranch(Reader body) {
        return !body.optional("/pull_request/head/label").isEmpty()
                && !body.optional("/pull_request/head/ref").startsWith("refs/");
    }

    private static Delivery gitlab(String path, String event, Reader body) {
        return switch (event) {
            case "Push Hook", "Tag Push Hook" -> {
                body.requireRepository(path, "/project/path_with_namespace");
                yield push(body, body.text("/after"), body.optional("/user_username"));
            }
            case "Merge Request Hook" -> {
                body.requireRepository(path, "/project/path_with_namespace");
                var action = body.optional("/object_attributes/action");
                boolean moved = action.equals("update")
                        && !body.optional("/object_attributes/oldrev").isEmpty();
                yield moved || action.equals("open") || action.equals("reopen")
                        ? new Changed(new Change(
                                "pull_request",
                                "refs/merge-requests/" + body.number("/object_attributes/iid") + "/head",
                                body.commit("/object_attributes/last_commit/id"),
                                "",
                                "refs/heads/" + body.text("/object_attributes/target_branch"),
                                body.number("/object_attributes/iid"),
                                body.number("/object_attributes/source_project_id")
                                        != body.number("/object_attributes/target_project_id"),
                                body.optional("/user/username")))
                        : new Nothing("merge request " + action + ": its commit is the same");
            }
            case "" -> throw unprocessable("the delivery does not say which event it is");
            default -> new Nothing("the event " + Reader.brief(event) + " starts no run");
        };
    }

    private static Delivery push(Reader body, String after, String by) {
        var ref = body.text("/ref");
        if (!Reader.REF.matcher(ref).matches()) {
            throw unprocessable("'" + Reader.brief(ref) + "' is no branch and no tag");
        }
        if (Reader.isNone(after)) {
            return new Nothing(ref + " was deleted");
        }
        var before = body.optional("/before");
        return new Changed(Change.push(ref, body.commit("/after"), Reader.isNone(before) ? "" : before, by));
    }

    private static Refused unprocessable(String message) {
        return new Refused(com.linecorp.armeria.common.HttpStatus.UNPROCESSABLE_ENTITY, message);
    }

    /** Reads fields by their JSON pointers. */
    record Reader(JsonNode body) {

        private static final Pattern REF = Pattern.compile("refs/(heads|tags)/[^\\x00-\\x20\\x7f~^:?*\\[\\\\]{1,500}");
        private static final int BRIEF = 80;

        private static boolean isNone(String commit) {
            return commit.isEmpty() || commit.chars().allMatch(c -> c == '0');
        }

        private static String brief(String text) {
            return text.length() > BRIEF ? text.substring(0, BRIEF) + "…" : text;
        }

        String text(String pointer) {
            var node = body.at(pointer);
            if (!node.isTextual()) {
                throw unprocessable("the delivery has no text at " + pointer);
            }
            return node.textValue();
        }

        /** The first of these that is there; else empty. */
        String optional(String... pointers) {
            for (var pointer : pointers) {
                var node = body.at(pointer);
                if (node.isTextual()) {
                    return node.textValue();
                }
            }
            return "";
        }

        int number(String pointer) {
            var node = body.at(pointer);
            if (!node.isInt() || node.intValue() < 1) {
                throw unprocessable("the delivery has no positive number at " + pointer);
            }
            return node.intValue();
        }

        String commit(String pointer) {
            var id = text(pointer);
            if (!SourceStore.isObjectId(id)) {
                throw unprocessable("the delivery has no commit's full id at " + pointer + ": '" + brief(id) + "'");
            }
            return id;
        }

        void requireRepository(String path, String pointer) {
            var name = text(pointer);
            if (!name.equalsIgnoreCase(path)) {
                throw unprocessable("the delivery is of " + brief(name) + ", and this project is " + path);
            }
        }
    }
}
