package dev.coil.protocol.tuple;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A condition on one fact of a worker. */
public sealed interface Constraint {

    /** Whether {@code offered}, the worker's fact ({@code null} where it has none), meets this condition. */
    boolean accepts(@Nullable String offered);

    /** Whether every fact that meets this meets the other one too. */
    boolean implies(Constraint other);

    /** The condition as it stands behind the key in canonical text: {@code =s390x}, {@code =arm64|x86_64}, {@code >=8589934592}. */
    String canonical();

    /** The fact must be one of these values. */
    record OneOf(SortedSet<String> values) implements Constraint {
        public OneOf {
            if (values.isEmpty()) {
                throw new IllegalArgumentException("a constraint needs at least one value");
            }
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
        }

        public static OneOf of(String... values) {
            return new OneOf(new TreeSet<>(java.util.List.of(values)));
        }

        @Override
        public boolean accepts(@Nullable String offered) {
            return offered != null && values.contains(offered);
        }

        @Override
        public boolean implies(Constraint other) {
            return values.stream().allMatch(other::accepts);
        }

        @Override
        public String canonical() {
            return "=" + String.join("|", values);
        }
    }

    /** The fact, a plain number, must compare so with this one. */
    record Compare(Operator operator, BigDecimal bound) implements Constraint {
        public Compare {
            // equal bounds are equal records: 8.0 and 8 are of one class
            bound = new BigDecimal(bound.stripTrailingZeros().toPlainString());
        }

        @Override
        public boolean accepts(@Nullable String offered) {
            if (offered == null) {
                return false;
            }
            try {
                return operator.holds(new BigDecimal(offered).compareTo(bound));
            } catch (NumberFormatException notANumber) {
                return false;
            }
        }

        /** A range of numbers is never within a list of values. */
        @Override
        public boolean implies(Constraint other) {
            return other instanceof Compare wider
                    && operator.isUpper() == wider.operator.isUpper()
                    && (bound.compareTo(wider.bound) == 0
                            ? operator == wider.operator || !operator.admitsBound()
                            : wider.operator.holds(bound.compareTo(wider.bound)));
        }

        @Override
        public String canonical() {
            return operator.symbol() + bound.toPlainString();
        }
    }

    /** How two numbers compare. */
    enum Operator {
        LESS("<"),
        AT_MOST("<="),
        AT_LEAST(">="),
        GREATER(">");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        private boolean isUpper() {
            return this == LESS || this == AT_MOST;
        }

        private boolean admitsBound() {
            return this == AT_MOST || this == AT_LEAST;
        }

        boolean holds(int comparison) {
            return switch (this) {
                case LESS -> comparison < 0;
                case AT_MOST -> comparison <= 0;
                case AT_LEAST -> comparison >= 0;
                case GREATER -> comparison > 0;
            };
        }
    }
}
