// The fields of a form in their order: moved by dragging, by the keyboard on the grip, or by plain buttons.
import { closestCenter, DndContext, type DragEndEvent, KeyboardSensor, PointerSensor, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { type Field, formEdits } from "@jisheng/schema-kit";
import { FORM } from "../../words/designers/form";
import { Moves } from "../parts";
import { useWords } from "../words";
import { type FormWork, useTitleOf } from "./FormParts";

interface Props {
  work: FormWork;
  group: Field;
  chosen: string | null;
}

export function FieldList({ work, group, chosen }: Props) {
  const w = useWords(FORM);
  const titleOf = useTitleOf();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const fields = group.children;
  const indexOf = (place: unknown) => fields.findIndex((one) => one.place === place);
  const nameOf = (place: unknown) => titleOf(fields[indexOf(place)] ?? group);
  const drop = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) work.change((form) => formEdits.moveField(form, String(active.id), indexOf(over.id)));
  };
  const announcements = {
    onDragStart: ({ active }: { active: { id: unknown } }) => w.picked(nameOf(active.id)),
    onDragOver: ({ active, over }: { active: { id: unknown }; over: { id: unknown } | null }) => (over ? w.over(nameOf(active.id), indexOf(over.id) + 1) : undefined),
    onDragEnd: ({ active }: { active: { id: unknown } }) => w.dropped(nameOf(active.id)),
    onDragCancel: ({ active }: { active: { id: unknown } }) => w.dropped(nameOf(active.id)),
  };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={drop} accessibility={{ announcements, screenReaderInstructions: { draggable: w.dragHelp } }}>
      <SortableContext items={fields.map((one) => one.place)} strategy={verticalListSortingStrategy}>
        <ul className="fields" aria-label={group.place ? titleOf(group) : w.fields}>
          {fields.map((field, index) => <Row key={field.place} work={work} field={field} index={index} count={fields.length} chosen={chosen} />)}
        </ul>
      </SortableContext>
    </DndContext>
  );
}

function Row({ work, field, index, count, chosen }: { work: FormWork; field: Field; index: number; count: number; chosen: string | null }) {
  const w = useWords(FORM);
  const title = useTitleOf()(field);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: field.place, disabled: work.readOnly });
  const told = `${w.kinds[field.kind] ?? field.kind} · ${field.required ? w.required : w.optional}`;
  const classes = ["field-row", field.place === chosen && "chosen", isDragging && "lifted"].filter(Boolean).join(" ");
  return (
    <li ref={setNodeRef} style={{ transform: CSS.Translate.toString(transform), transition }}>
      <div className={classes}>
        {!work.readOnly && (
          <button type="button" className="grip" ref={setActivatorNodeRef} {...attributes} {...listeners} aria-label={`${w.drag} ${title}`}>⠿</button>
        )}
        <button type="button" className="field-open" aria-pressed={field.place === chosen} onClick={() => work.choose(field.place)}>
          <span>{title}{field.required && <span className="required" aria-hidden="true"> *</span>}</span>
          <span>{told}</span>
        </button>
        {!work.readOnly && <Moves name={title} index={index} count={count} move={(to) => work.change((form) => formEdits.moveField(form, field.place, to))} />}
      </div>
      {field.children.length > 0 && <FieldList work={work} group={field} chosen={chosen} />}
    </li>
  );
}
